"""GPU names in any spelling, sizes, the machine itself."""

import pytest

from yarn_runtime.errors import MemoryUnknown
from yarn_runtime.memory import GIB, Memory, parse_memory
from yarn_runtime.processor import processor


@pytest.mark.parametrize("name", ["RTX 3090", "rtx3090", "NVIDIA GeForce RTX 3090", "GeForce rtx-3090"])
def test_one_card_in_many_spellings(name):
    card = Memory.of_gpu(name)
    assert (card.name, card.device, card.capability) == ("RTX 3090", "cuda", 8.6)
    assert 23 * GIB < card.total_bytes < 24 * GIB
    assert card.free_bytes is None


def test_names_that_are_part_of_others_are_told_apart():
    assert Memory.of_gpu("RTX 4070").total_bytes < Memory.of_gpu("RTX 4070 Ti Super").total_bytes
    assert Memory.of_gpu("A100 40GB").total_bytes < Memory.of_gpu("NVIDIA A100-SXM4-80GB").total_bytes


def test_half_a_name_lists_the_candidates():
    with pytest.raises(MemoryUnknown, match="A100 40GB or A100 80GB"):
        Memory.of_gpu("A100")


@pytest.mark.parametrize("name", ["", "Voodoo 2", "RTX", "☃"])
def test_unknown_cards(name):
    with pytest.raises(MemoryUnknown) as caught:
        Memory.of_gpu(name)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("24GiB", 24 * GIB),
        ("24GB", 24 * GIB),
        ("24", 24 * GIB),
        (" 23.5 g ", int(23.5 * GIB)),
        ("512MiB", GIB // 2),
        ("1TiB", 1024 * GIB),
    ],
)
def test_sizes(text, size):
    assert parse_memory(text) == size


@pytest.mark.parametrize("text", ["", "0", "-4GiB", "much", "24 apples", "1e9", "inf", "9999999999GiB"])
def test_sizes_that_are_none(text):
    with pytest.raises(MemoryUnknown):
        parse_memory(text)


@pytest.mark.parametrize("size", [0, -1, 2**70])
def test_bytes_that_are_no_memory(size):
    with pytest.raises(MemoryUnknown):
        Memory.of_bytes(size)


def test_this_machine_has_ram():
    ram = Memory.of_machine()
    assert ram.device == "cpu"
    assert ram.free_bytes is not None
    assert 0 < ram.free_bytes <= ram.total_bytes


def test_what_is_at_hand_is_detected():
    assert Memory.detect().total_bytes > 0


CORE = "processor\t: 0\nmodel name\t: {}\nflags\t\t: fpu vme {}\n\n"


@pytest.mark.parametrize(
    ("flags", "told", "fast"),
    [
        ("avx2 fma", ("avx2",), False),
        ("avx2 avx512f", ("avx2", "avx512f"), False),
        ("avx512_bf16 avx512f avx2", ("avx2", "avx512f", "avx512_bf16"), True),
        ("avx2 amx_bf16", ("avx2", "amx_bf16"), True),
    ],
)
def test_a_processor_tells_its_instructions(tmp_path, flags, told, fast):
    (tmp_path / "cpuinfo").write_text(CORE.format("Some CPU", flags) + CORE.format("Another", ""))
    found = processor(tmp_path / "cpuinfo")
    assert (found.name, found.instructions, found.fast_bfloat16) == ("Some CPU", told, fast)


def test_where_no_kernel_tells_nothing_is_claimed(tmp_path):
    assert processor(tmp_path / "none").instructions == ()
    assert processor(tmp_path / "none").name
