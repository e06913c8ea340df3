; Definitions
(decorated_definition) @outer
(class_definition name: (identifier) @name) @class
(function_definition name: (identifier) @name) @function
(module (assignment left: (identifier) @name) @constant (#match? @name "^[A-Z][A-Z0-9_]+$"))

; References
(call function: [(identifier) @ref (attribute attribute: (identifier) @ref)])
(class_definition superclasses: (argument_list [(identifier) @ref (attribute attribute: (identifier) @ref)]))
(decorator [(identifier) @ref (attribute attribute: (identifier) @ref)])
(type (identifier) @ref)
(type (_ (identifier) @ref))
(import_from_statement name: (dotted_name (identifier) @ref .))
(import_from_statement name: (aliased_import name: (dotted_name (identifier) @ref .)))
(except_clause [(identifier) @ref (attribute attribute: (identifier) @ref) (tuple (identifier) @ref) (as_pattern (identifier) @ref)])
(raise_statement (identifier) @ref)
