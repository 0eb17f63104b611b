//! Canonical forms of mobile numbers.
//!
//! The pages write `13800000000` or `+86-13800000000` for a number of the mainland, and `+xx-xxxxxx` for others. Decided: spaces
//! and hyphens between digits are ignored, `00` is the same as `+`, and a mainland number may begin with `86` alone. A number is
//! valid if its country code is assigned and it has the number of digits of that country's numbering plan, where that is fixed, or
//! else any that E.164 allows.

use std::borrow::Cow;

/// The country code of numbers that are written without one.
pub const HOME: &str = "86";

/// Country codes of two digits; those of one digit are 1 and 7.
const OF_TWO_DIGITS: [u8; 44] = [
    20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58,
    60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
];

/// Ranges of country codes of three digits, ends included.
const OF_THREE_DIGITS: [(u16, u16); 28] = [
    (211, 213),
    (216, 216),
    (218, 218),
    (220, 258),
    (260, 269),
    (290, 291),
    (297, 299),
    (350, 359),
    (370, 383),
    (385, 387),
    (389, 389),
    (420, 421),
    (423, 423),
    (500, 509),
    (590, 599),
    (670, 670),
    (672, 683),
    (685, 692),
    (850, 850),
    (852, 853),
    (855, 856),
    (870, 870),
    (880, 883),
    (886, 886),
    (960, 968),
    (970, 977),
    (992, 996),
    (998, 998),
];

/// Countries whose numbers may begin with 0. Elsewhere a leading 0 is a national prefix and not part of the number.
const KEEPS_LEADING_ZERO: [&str; 5] = ["39", "225", "229", "242", "378"];

/// The maximum number of digits, country code included (E.164).
const MAX_DIGITS: usize = 15;
/// The minimum number of digits, without country code.
const MIN_DIGITS: usize = 4;

/// Returns the canonical form of a number: digits for the mainland, `+852-61234567` for others. `None` if the text is not a mobile
/// number.
pub fn canonical(text: &str) -> Option<Cow<'_, str>> {
    // The form of nearly all numbers.
    if is_home(text) {
        return Some(Cow::Borrowed(text));
    }
    let (international, digits) = digits(text)?;
    if !international {
        return home_of(&digits).map(|number| Cow::Owned(number.to_owned()));
    }
    let (country, number) = split_country(&digits)?;
    let number = match number.strip_prefix('0') {
        Some(number) if !KEEPS_LEADING_ZERO.contains(&country) => number,
        _ => number,
    };
    if country == HOME {
        return is_home(number).then(|| Cow::Owned(number.to_owned()));
    }
    has_valid_length(country, number).then(|| Cow::Owned(format!("+{country}-{number}")))
}

/// Splits a canonical form into country code and number.
pub fn split(canonical: &str) -> (&str, &str) {
    canonical.strip_prefix('+').and_then(|foreign| foreign.split_once('-')).unwrap_or((HOME, canonical))
}

/// Returns whether the text has a country code, and its digits. `None` if it contains anything else.
fn digits(text: &str) -> Option<(bool, String)> {
    let rest = text.strip_prefix('+');
    let mut digits = String::with_capacity(text.len());
    let mut after_separator = true;
    for character in rest.unwrap_or(text).chars() {
        match character {
            '0'..='9' => digits.push(character),
            // A single separator, with a digit on each side.
            ' ' | '-' if !after_separator => {}
            _ => return None,
        }
        after_separator = !character.is_ascii_digit();
    }
    if after_separator || digits.len() > MAX_DIGITS + 3 {
        return None;
    }
    match (rest, digits.strip_prefix("00")) {
        (Some(_), _) => Some((true, digits)),
        (None, Some(international)) => Some((true, international.to_owned())),
        (None, None) => Some((false, digits)),
    }
}

/// Returns the mainland number of digits with or without country code.
fn home_of(digits: &str) -> Option<&str> {
    let without = digits.strip_prefix(HOME).filter(|number| is_home(number));
    without.or_else(|| is_home(digits).then_some(digits))
}

/// Returns true for eleven digits that begin with 13 to 19.
fn is_home(number: &str) -> bool {
    let bytes = number.as_bytes();
    bytes.len() == 11
        && bytes[0] == b'1'
        && (b'3'..=b'9').contains(&bytes[1])
        && bytes.iter().all(u8::is_ascii_digit)
}

/// Splits digits into country code and number. No code is a prefix of another one.
fn split_country(digits: &str) -> Option<(&str, &str)> {
    let length = match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [first, second, ..] if OF_TWO_DIGITS.contains(&((first - b'0') * 10 + (second - b'0'))) => 2,
        _ => 3,
    };
    let (country, number) = digits.split_at_checked(length)?;
    if length == 3 {
        let code: u16 = country.parse().ok()?;
        OF_THREE_DIGITS.iter().find(|(from, to)| (*from..=*to).contains(&code))?;
    }
    Some((country, number))
}

/// Returns true if a country has numbers of this length.
fn has_valid_length(country: &str, number: &str) -> bool {
    match country {
        "1" | "7" => number.len() == 10,
        "852" | "853" => number.len() == 8,
        "886" => number.len() == 9,
        _ => (MIN_DIGITS..=MAX_DIGITS - country.len()).contains(&number.len()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn all_spellings_of_a_number_have_one_form() {
        for (form, spellings) in [
            (
                "13800000000",
                &[
                    "13800000000",
                    "+86-13800000000",
                    "+8613800000000",
                    "+86 138 0000 0000",
                    "86-13800000000",
                    "8613800000000",
                    "008613800000000",
                    "0086-138-0000-0000",
                    "138 0000 0000",
                    "+86-013800000000",
                ][..],
            ),
            ("+852-61234567", &["+852-61234567", "+85261234567", "00852 6123 4567", "+852-6123-4567"]),
            ("+853-66123456", &["+853-66123456"]),
            ("+886-912345678", &["+886-912345678", "+886-0912345678", "00886912345678"]),
            ("+1-2125550100", &["+1-2125550100", "+12125550100", "+1-212-555-0100", "+1212-5550100"]),
            ("+7-9123456789", &["+7-9123456789"]),
            ("+44-7911123456", &["+44-7911123456", "+44-07911123456"]),
            ("+65-91234567", &["+65-91234567"]),
            ("+225-0712345678", &["+225-0712345678"]),
        ] {
            for spelling in spellings {
                assert_eq!(canonical(spelling).as_deref(), Some(form), "{spelling}");
            }
        }
    }

    #[test]
    fn other_texts_are_not_mobile_numbers() {
        for text in [
            "",
            " ",
            "one",
            "一",
            "12",
            "+",
            "+86",
            "+86-",
            "+86-12345",
            "+86-138000000001",
            "1380000000",
            "138000000001",
            "12345678901",
            "010-86123456",
            "85261234567",
            "852-61234567",
            "+852",
            "+852-6123456",
            "+852-612345678",
            "+886-91234567",
            "+1-212555010",
            "+999-12345678",
            "+0-12345678",
            "+210-1234567",
            "+44-791112345678901",
            "+44-123",
            "++86-13800000000",
            "+86--13800000000",
            "+86-13800000000-",
            "-13800000000",
            "138_0000_0000",
            "１３８００００００００",
            "+86-1380000000a",
            "00",
            "0086",
        ] {
            assert_eq!(canonical(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn canonical_forms_are_stable(text in "[+0-9 -]{0,20}") {
            if let Some(form) = canonical(&text) {
                prop_assert_eq!(canonical(&form), Some(form.clone()));
                let (country, number) = split(&form);
                let spelled = format!("+{country}-{number}");
                prop_assert_eq!(canonical(&spelled), Some(form.clone()));
            }
        }
    }
}
