"""The path of a text and its first line in, the name of its language out; parses nothing."""

from __future__ import annotations

from pathlib import PurePosixPath

_SUFFIXES = {
    "Ada": "adb ads",
    "Assembly": "asm s",
    "AsciiDoc": "adoc asciidoc",
    "Batch": "bat cmd",
    "C": "c h",
    "C#": "cs csx",
    "C++": "cc cpp cxx c++ hh hpp hxx h++ ipp inl tpp cu cuh",
    "CMake": "cmake",
    "CSS": "css scss sass less",
    "CSV": "csv tsv",
    "Clojure": "clj cljs cljc edn",
    "Dart": "dart",
    "Elixir": "ex exs",
    "Elm": "elm",
    "Emacs Lisp": "el",
    "Erlang": "erl hrl",
    "F#": "fs fsi fsx",
    "Fortran": "f f90 f95 f03 f08",
    "GLSL": "glsl vert frag",
    "Go": "go",
    "GraphQL": "graphql gql",
    "Groovy": "groovy gradle",
    "HCL": "hcl tf tfvars",
    "HTML": "html htm xhtml",
    "Haskell": "hs lhs",
    "INI": "ini cfg conf properties",
    "JSON": "json json5 jsonc ipynb",
    "Java": "java",
    "JavaScript": "js jsx mjs cjs",
    "Julia": "jl",
    "Kotlin": "kt kts",
    "LaTeX": "tex sty cls",
    "Lua": "lua",
    "Makefile": "mk mak",
    "Markdown": "md markdown mdown mkd mdx",
    "Nim": "nim",
    "Nix": "nix",
    "OCaml": "ml mli",
    "Objective-C": "m mm",
    "PHP": "php phtml",
    "Pascal": "pas pp",
    "Perl": "pl pm t",
    "PowerShell": "ps1 psm1 psd1",
    "Protocol Buffers": "proto",
    "Python": "py pyi pyw",
    "R": "r rmd",
    "Ruby": "rb rake gemspec",
    "Rust": "rs",
    "SQL": "sql",
    "SVG": "svg",
    "Scala": "scala sc sbt",
    "Scheme": "scm ss rkt",
    "Shell": "sh bash zsh ksh fish",
    "Solidity": "sol",
    "Svelte": "svelte",
    "Swift": "swift",
    "TOML": "toml",
    "Tcl": "tcl",
    "Text": "txt text log",
    "TypeScript": "ts mts cts",
    "TypeScript JSX": "tsx",
    "Verilog": "v sv svh",
    "Vim script": "vim",
    "Vue": "vue",
    "XML": "xml xsd xsl xslt plist",
    "YAML": "yaml yml",
    "Zig": "zig",
    "reStructuredText": "rst",
}
_NAMES = {
    "Makefile": "Makefile",
    "GNUmakefile": "Makefile",
    "CMakeLists.txt": "CMake",
    "Dockerfile": "Dockerfile",
    "Containerfile": "Dockerfile",
    "Rakefile": "Ruby",
    "Gemfile": "Ruby",
    "Vagrantfile": "Ruby",
    "Jenkinsfile": "Groovy",
    "BUILD": "Starlark",
    "WORKSPACE": "Starlark",
    "go.mod": "Go module",
}
_BY_SUFFIX = {f".{suffix}": language for language, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
_INTERPRETERS = {
    "sh": "Shell",
    "bash": "Shell",
    "dash": "Shell",
    "ksh": "Shell",
    "zsh": "Shell",
    "python": "Python",
    "pypy": "Python",
    "perl": "Perl",
    "ruby": "Ruby",
    "node": "JavaScript",
    "php": "PHP",
    "lua": "Lua",
    "Rscript": "R",
}
GRAMMARS = {
    "C": "c",
    "C#": "csharp",
    "C++": "cpp",
    "Go": "go",
    "Java": "java",
    "JavaScript": "javascript",
    "Kotlin": "kotlin",
    "Lua": "lua",
    "PHP": "php",
    "Python": "python",
    "Ruby": "ruby",
    "Rust": "rust",
    "Scala": "scala",
    "Shell": "bash",
    "Swift": "swift",
    "TypeScript": "typescript",
    "TypeScript JSX": "tsx",
}
"""The grammar of each language whose definitions and references can be found: those with queries in `queries/`."""


def language(path: str, text: str = "") -> str:
    """What a file is written in, by its name, else by the interpreter that its first line names; "" if unknown."""
    name = PurePosixPath(path).name
    if known := _NAMES.get(name) or _BY_SUFFIX.get(PurePosixPath(name).suffix.lower()):
        return known
    if not text.startswith("#!"):
        return ""
    words = text[2:200].partition("\n")[0].split()
    program = next((word for word in words if not word.startswith("-") and not word.endswith("/env")), "")
    return _INTERPRETERS.get(program.rpartition("/")[2].rstrip("0123456789."), "")
