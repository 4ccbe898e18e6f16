"""Invented words for the seed: names, stories and firms in five scripts, drawn repeatably."""

from __future__ import annotations

from random import Random
from typing import Final

# Language of a case: the script its words are in, given names and family names.
NAMES: Final[dict[str, tuple[list[str], list[str]]]] = {
    "en": (["Maria", "Joyce", "Ramon", "Siti", "Nguyen"], ["Reyes", "Santoso", "Tran", "Garcia"]),
    "km": (["សុខា", "ចាន់ថា", "ស្រីមុំ", "វិចិត្រ", "ដារ៉ា"], ["ហេង", "ជា", "កែវ", "សុខ"]),
    "my": (["သီရိ", "ကျော်မင်း", "လင်းထက်", "ခင်ခင်"], ["အောင်", "ဝင်း", "မြင့်", "စိုး"]),
    "th": (["สมชาย", "ปราณี", "อนงค์", "มานะ"], ["วงศา", "บุญมี", "ศรีสุข"]),
    "lo": (["ບຸນມີ", "ຄຳພອນ", "ສົມພອນ", "ມະນີ"], ["ວົງສາ", "ພົມມະຈັນ", "ໄຊຍະ"]),
}
_SENTENCES: Final[dict[str, list[str]]] = {
    "en": [
        "The boss has not paid us since August and keeps our passports in his office.",
        "They took money for the flight twice, and the contract here is not the one I signed.",
        "We work fourteen hours a day and sleep nine in one room behind the factory.",
        "The agency says that whoever complains is sent home and has to pay a fine.",
    ],
    "km": [
        "ថៅកែមិនបានបើកប្រាក់ខែឱ្យយើងតាំងពីខែសីហា ហើយគាត់កាន់លិខិតឆ្លងដែនរបស់យើង។",
        "ក្រុមហ៊ុនយកលុយពីខ្ញុំពីរដង ហើយកិច្ចសន្យានៅទីនេះមិនដូចកិច្ចសន្យាដែលខ្ញុំបានចុះហត្ថលេខាទេ។",
        "យើងធ្វើការដប់បួនម៉ោងក្នុងមួយថ្ងៃ ហើយដេកប្រាំបួននាក់ក្នុងបន្ទប់តែមួយ។",
    ],
    "my": [
        "သူဌေးက ဩဂုတ်လကတည်းက လစာမပေးဘူး၊ ကျွန်တော်တို့ရဲ့ ပတ်စပို့တွေကို သိမ်းထားတယ်။",
        "အေဂျင်စီက ငွေကို နှစ်ခါယူပြီး ဒီကစာချုပ်က ကျွန်မလက်မှတ်ထိုးခဲ့တဲ့ စာချုပ်မဟုတ်ဘူး။",
        "တစ်ရက်ကို ဆယ့်လေးနာရီ အလုပ်လုပ်ရပြီး အခန်းတစ်ခန်းမှာ ကိုးယောက်အိပ်ရတယ်။",
    ],
    "th": [
        "นายจ้างไม่จ่ายค่าจ้างตั้งแต่เดือนสิงหาคม และเก็บหนังสือเดินทางของพวกเราไว้",
        "บริษัทจัดหางานเก็บเงินสองครั้ง และสัญญาที่นี่ไม่ใช่ฉบับที่ฉันเซ็น",
    ],
    "lo": [
        "ນາຍຈ້າງບໍ່ໄດ້ຈ່າຍຄ່າແຮງງານຕັ້ງແຕ່ເດືອນສິງຫາ ແລະເກັບໜັງສືຜ່ານແດນຂອງພວກເຮົາໄວ້.",
        "ບໍລິສັດເກັບເງິນສອງເທື່ອ ແລະສັນຍາຢູ່ທີ່ນີ້ບໍ່ແມ່ນສະບັບທີ່ຂ້ອຍເຊັນ.",
    ],
}
# A word that stands in one story of some hundred only, for searching in stories.
RARE: Final = "lighthouse"
_RARE_ONE_IN: Final = 400
_FIRMS: Final = {
    "en": (["Golden", "Lucky", "Ocean", "Star", "Angkor", "Mekong"], ["Manpower", "Recruitment"]),
    "km": (["អង្គរ", "មេគង្គ", "សុវណ្ណ", "ភ្នំពេញ", "សែនជ័យ"], ["ការងារ", "ធនធានមនុស្ស"]),
    "my": (["ရွှေ", "မြန်မာ", "ဧရာဝတီ", "အောင်မြင်", "ပင်လယ်"], ["အလုပ်အကိုင်", "ကုမ္ပဏီ"]),
}
_ENDINGS: Final = {"en": "Co., Ltd. {n}", "km": "លេខ {n}", "my": "အမှတ် {n}"}
_DIALLED: Final = {
    "en": ("+639", 9),
    "km": ("+85512", 6),
    "my": ("+9597", 8),
    "th": ("+668", 8),
    "lo": ("+85620", 8),
}
LANGUAGES: Final = list(NAMES)
_WEIGHTS: Final = [15, 30, 30, 15, 10]


def language(chance: Random) -> str:
    """Return the language that a person tells their case in."""
    return chance.choices(LANGUAGES, _WEIGHTS)[0]


def person(chance: Random, spoken: str) -> str:
    """Return a name."""
    given, family = NAMES[spoken]
    return f"{chance.choice(family)} {chance.choice(given)}"


def story(chance: Random, spoken: str) -> str:
    """Return what a person tells, a paragraph or two."""
    told = chance.choices(_SENTENCES[spoken], k=chance.randint(3, 8))
    if chance.randrange(_RARE_ONE_IN) == 0:
        told.append(RARE)
    return " ".join(told)


def telephone(chance: Random, spoken: str) -> str:
    """Return a number in international form."""
    prefix, digits = _DIALLED[spoken]
    return prefix + "".join(chance.choices("0123456789", k=digits))


def passport(chance: Random) -> str:
    """Return the number of a passport."""
    return f"N{chance.randrange(10**8):08d}"


def firm(chance: Random, script: str, number: int) -> str:
    """Return the name of an agency or employer; the number tells two of one name apart."""
    first, second = _FIRMS[script]
    ending = _ENDINGS[script].format(n=number)
    return f"{chance.choice(first)} {chance.choice(second)} {ending}"
