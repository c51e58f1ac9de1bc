//! Names of made-up people, in three scripts, with what their e-mail is spelled from.

/// A name and how it is written in an address.
type Spelled = (&'static str, &'static str);

const LATIN_FIRST: &[Spelled] = &[
    ("Adele", "adele"),
    ("Akmal", "akmal"),
    ("Alejandro", "alejandro"),
    ("Amélie", "amelie"),
    ("Anders", "anders"),
    ("Bekzod", "bekzod"),
    ("Chiara", "chiara"),
    ("Dilnoza", "dilnoza"),
    ("Eoin", "eoin"),
    ("Fatima", "fatima"),
    ("Gulnora", "gulnora"),
    ("Håkon", "hakon"),
    ("Ines", "ines"),
    ("Jamshid", "jamshid"),
    ("João", "joao"),
    ("Kamola", "kamola"),
    ("Karin", "karin"),
    ("Lars", "lars"),
    ("Łukasz", "lukasz"),
    ("Madina", "madina"),
    ("Mateo", "mateo"),
    ("Nadia", "nadia"),
    ("Noor", "noor"),
    ("Nodira", "nodira"),
    ("Otabek", "otabek"),
    ("Oʻktam", "oktam"),
    ("Paula", "paula"),
    ("Rustam", "rustam"),
    ("Sardor", "sardor"),
    ("Siobhán", "siobhan"),
    ("Søren", "soren"),
    ("Tariq", "tariq"),
    ("Umida", "umida"),
    ("Vera", "vera"),
    ("Yasmin", "yasmin"),
    ("Zafar", "zafar"),
    ("Zoë", "zoe"),
    ("Ömer", "omer"),
    ("Émile", "emile"),
    ("Šárka", "sarka"),
];

const LATIN_LAST: &[Spelled] = &[
    ("Abdullayev", "abdullayev"),
    ("Ahmedov", "ahmedov"),
    ("Alvarez", "alvarez"),
    ("Andersson", "andersson"),
    ("Bakker", "bakker"),
    ("Bauer", "bauer"),
    ("Berg", "berg"),
    ("Bianchi", "bianchi"),
    ("Björk", "bjork"),
    ("Byrne", "byrne"),
    ("Çelik", "celik"),
    ("Costa", "costa"),
    ("Dubois", "dubois"),
    ("Dvořák", "dvorak"),
    ("Ergashev", "ergashev"),
    ("Eriksen", "eriksen"),
    ("Fischer", "fischer"),
    ("García", "garcia"),
    ("Gómez", "gomez"),
    ("Haddad", "haddad"),
    ("Hansen", "hansen"),
    ("Ismailov", "ismailov"),
    ("Jankowski", "jankowski"),
    ("Karimov", "karimov"),
    ("Keller", "keller"),
    ("Khan", "khan"),
    ("Kovač", "kovac"),
    ("Larsson", "larsson"),
    ("Lefèvre", "lefevre"),
    ("Mahmudov", "mahmudov"),
    ("Moreau", "moreau"),
    ("Müller", "muller"),
    ("Nazarov", "nazarov"),
    ("Novák", "novak"),
    ("O’Neill", "oneill"),
    ("Okafor", "okafor"),
    ("Pereira", "pereira"),
    ("Qodirov", "qodirov"),
    ("Rahimov", "rahimov"),
    ("Rossi", "rossi"),
    ("Saidov", "saidov"),
    ("Silva", "silva"),
    ("Toshmatov", "toshmatov"),
    ("Usmanov", "usmanov"),
    ("Vance", "vance"),
    ("Weber", "weber"),
    ("Yusupov", "yusupov"),
    ("Zieliński", "zielinski"),
];

const CYRILLIC_FIRST: &[Spelled] = &[
    ("Анна", "anna"),
    ("Борис", "boris"),
    ("Вера", "vera"),
    ("Галина", "galina"),
    ("Дмитрий", "dmitrii"),
    ("Елена", "elena"),
    ("Жанна", "zhanna"),
    ("Иван", "ivan"),
    ("Ксения", "kseniya"),
    ("Лев", "lev"),
    ("Мария", "mariya"),
    ("Никита", "nikita"),
    ("Ольга", "olga"),
    ("Павел", "pavel"),
    ("Роман", "roman"),
    ("Светлана", "svetlana"),
    ("Тимур", "timur"),
    ("Фёдор", "fyodor"),
    ("Шахноза", "shakhnoza"),
    ("Юлия", "yuliya"),
];

const CYRILLIC_LAST: &[Spelled] = &[
    ("Авдеенко", "avdeenko"),
    ("Белик", "belik"),
    ("Гончар", "gonchar"),
    ("Дорош", "dorosh"),
    ("Ершак", "ershak"),
    ("Жук", "zhuk"),
    ("Зима", "zima"),
    ("Ищенко", "ishchenko"),
    ("Ким", "kim"),
    ("Лысенко", "lysenko"),
    ("Мороз", "moroz"),
    ("Нестеренко", "nesterenko"),
    ("Остапенко", "ostapenko"),
    ("Пономаренко", "ponomarenko"),
    ("Рудь", "rud"),
    ("Савчук", "savchuk"),
    ("Ткач", "tkach"),
    ("Умаров", "umarov"),
    ("Хомич", "khomich"),
    ("Цой", "tsoi"),
    ("Черных", "chernykh"),
    ("Шевчук", "shevchuk"),
    ("Щерба", "shcherba"),
    ("Яковенко", "yakovenko"),
];

const CJK_LAST: &[Spelled] = &[
    ("王", "wang"),
    ("李", "li"),
    ("張", "zhang"),
    ("陳", "chen"),
    ("佐藤", "sato"),
    ("鈴木", "suzuki"),
    ("高橋", "takahashi"),
    ("田中", "tanaka"),
    ("渡辺", "watanabe"),
    ("김", "gim"),
    ("이", "yi"),
    ("박", "bak"),
    ("최", "choe"),
    ("林", "lin"),
    ("黃", "huang"),
    ("吳", "wu"),
];

const CJK_FIRST: &[Spelled] = &[
    ("偉", "wei"),
    ("芳", "fang"),
    ("娜", "na"),
    ("敏", "min"),
    ("靜", "jing"),
    ("強", "qiang"),
    ("洋", "yang"),
    ("健太", "kenta"),
    ("美咲", "misaki"),
    ("翔太", "shota"),
    ("陽菜", "hina"),
    ("大輔", "daisuke"),
    ("さくら", "sakura"),
    ("민준", "minjun"),
    ("서연", "seoyeon"),
    ("지후", "jihu"),
    ("하은", "haeun"),
    ("도윤", "doyun"),
    ("麗華", "lihua"),
    ("志明", "zhiming"),
];

const LATIN: usize = LATIN_FIRST.len() * LATIN_LAST.len();
const CYRILLIC: usize = CYRILLIC_FIRST.len() * CYRILLIC_LAST.len();
const CJK: usize = CJK_FIRST.len() * CJK_LAST.len();
const ALL: usize = LATIN + CYRILLIC + CJK;

/// A step through all combinations that meets each once: it has no factor in common with their number.
const STEP: usize = 1009;

/// The name of the nth made-up person, and the part of their address before the `@`. No two have the
/// same address: after all combinations a number follows.
pub(super) fn person(n: usize) -> (String, String) {
    let (round, at) = (n / ALL, (n % ALL) * STEP % ALL);
    let pick = |first: &[Spelled], last: &[Spelled], at: usize| (first[at / last.len()], last[at % last.len()]);
    let (name, local) = if at < LATIN {
        let (first, last) = pick(LATIN_FIRST, LATIN_LAST, at);
        (format!("{} {}", first.0, last.0), format!("{}.{}", first.1, last.1))
    } else if at < LATIN + CYRILLIC {
        let (first, last) = pick(CYRILLIC_FIRST, CYRILLIC_LAST, at - LATIN);
        (format!("{} {}", first.0, last.0), format!("{}.{}", first.1, last.1))
    } else {
        let (first, last) = pick(CJK_FIRST, CJK_LAST, at - LATIN - CYRILLIC);
        (format!("{}{}", last.0, first.0), format!("{}.{}", last.1, first.1))
    };
    // Spelled alike across scripts (Вера, Vera) they still differ by their desk.
    let desk = if at < LATIN {
        ""
    } else if at < LATIN + CYRILLIC {
        "c"
    } else {
        "e"
    };
    match (round, desk) {
        (0, "") => (name, local),
        (0, desk) => (name, format!("{local}.{desk}")),
        (round, desk) => (name, format!("{local}{desk}{}", round + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_people_share_an_address() {
        let addresses: HashSet<String> = (0..ALL * 3).map(|n| person(n).1).collect();
        assert_eq!(addresses.len(), ALL * 3);
    }

    #[test]
    fn every_combination_is_met_once() {
        let names: HashSet<String> = (0..ALL).map(|n| person(n).0).collect();
        assert_eq!(names.len(), ALL);
    }
}
