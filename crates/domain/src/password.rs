//! Passwords of members, hashed with argon2id. Hashing is slow on purpose: never do it inside of a unit of work, because all
//! others wait for it.

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash,
};
use carillon_model::{
    env::Env,
    error::{Error, Result},
    id::UserId,
};

/// Memory in KiB, passes, lanes: the first recommendation in OWASP's cheat sheet that needs no more than 19 MiB.
const COST: (u32, u32, u32) = (19_456, 2, 1);

/// Minimum and maximum length of a new password, in characters. Only the minimum is documented.
const CHARS: (usize, usize) = (8, 128);

/// Returns why a text cannot be a new password, to follow the field name in an error. Documented: at least 8 characters, and
/// neither letters alone nor digits alone.
pub fn invalid_reason(password: &str) -> Option<String> {
    let (least, most) = CHARS;
    match password.chars().count() {
        count if count < least => Some(format!("must have at least {least} characters")),
        count if count > most => Some(format!("must have at most {most} characters")),
        _ if password.chars().all(char::is_alphabetic) => Some("must not be letters alone".to_owned()),
        _ if password.chars().all(char::is_numeric) => Some("must not be digits alone".to_owned()),
        _ => None,
    }
}

/// Why a member cannot choose a text as password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objection {
    /// It has fewer than 8 characters.
    TooShort,
    /// It has more than 128 characters.
    TooLong,
    /// It is the userid.
    IsUserid,
    /// It is a common password.
    IsCommon,
    /// It is the current password.
    IsCurrent,
}

/// Returns why a member cannot choose a text as the next password. Decided: the documented rule holds for passwords that the
/// organisation sets. A password that a member chooses may be of letters or digits alone, but must not be a common one.
pub fn chosen_password_objection(new: &str, userid: &UserId, current: &str) -> Option<Objection> {
    let (least, most) = CHARS;
    let count = new.chars().count();
    if count < least {
        Some(Objection::TooShort)
    } else if count > most {
        Some(Objection::TooLong)
    } else if new.to_lowercase() == userid.as_str().to_lowercase() {
        Some(Objection::IsUserid)
    } else if is_common(new) {
        Some(Objection::IsCommon)
    } else if new == current {
        Some(Objection::IsCurrent)
    } else {
        None
    }
}

/// Common passwords, in lower case.
const COMMON: &str = include_str!("password/common.txt");

/// Returns true for a common password: one of the list, with any punctuation behind it (`Passw0rd!`), a sequence (`abcdefgh`,
/// `98765432`), or a repetition of few characters (`11111111`, `abababab`).
fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let stem = lower.trim_end_matches(|letter: char| letter.is_ascii_punctuation());
    let letters: Vec<u32> = lower.chars().map(u32::from).collect();
    let steps = |by: i64| letters.windows(2).all(|two| i64::from(two[1]) - i64::from(two[0]) == by);
    let repeats =
        |count: usize| letters.iter().zip(letters.iter().skip(count)).all(|(one, other)| one == other);
    COMMON.lines().any(|common| common == lower || common == stem)
        || steps(1)
        || steps(-1)
        || (1..=2).any(repeats)
}

/// A temporary password that an operator passes on, and its hash. It is easy to read and to type, and hard to guess.
pub struct Temporary {
    /// The password.
    pub password: String,
    /// The hash to store.
    pub hash: String,
}

/// Generates a temporary password. This is slow: never call it inside of a unit of work.
pub fn temporary(env: &Env) -> Result<Temporary> {
    // Without letters and digits that look alike.
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let parts: Vec<String> = (0..3).map(|_| env.random_text(LETTERS, 4)).collect();
    let password = parts.join("-");
    let hash = hash(env, &password)?;
    Ok(Temporary { password, hash })
}

/// Hashes a password. Returns the PHC string with salt and cost.
pub fn hash(env: &Env, password: &str) -> Result<String> {
    let salt: [u8; 16] = env.random_bytes();
    let hash = hasher()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(Error::internal)?;
    Ok(hash.to_string())
}

/// Returns true if a password matches a hash. Checking an empty hash takes as long as any other and never matches.
pub fn verify(hash: &str, password: &str) -> Result<bool> {
    let known = !hash.is_empty();
    let hash = if known { hash } else { NOBODY };
    let hash = PasswordHash::new(hash).map_err(Error::internal)?;
    let matches = hasher()?.verify_password(password.as_bytes(), &hash).is_ok();
    Ok(known && matches)
}

/// The hash of an unknown password, so that unknown members are refused as slowly as known ones.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Y2FyaWxsb24tbm9ib2R5$\
                      9uPHmNOIFoykqvGuLDpGBnLSX1LWCUVUH1mPeBXgJXg";

fn hasher() -> Result<Argon2<'static>> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;
    use carillon_model::settings::Settings;

    #[test]
    fn passwords_have_a_length_and_two_kinds_of_characters() {
        for good in ["init_password220", "秘密-12345", "a234567\u{20}", &"a1".repeat(64)] {
            assert_eq!(invalid_reason(good), None, "{good}");
        }
        for bad in
            ["", "1", "a23456", "a234567", "abcdefgh", "密码密码密码密码", "12345678", &"a1".repeat(65)]
        {
            assert!(invalid_reason(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn members_cannot_choose_common_passwords() {
        let invalid_reason =
            |new: &str| chosen_password_objection(new, &UserId::from("Zhangsan01"), "the one of before");
        for good in
            ["abcdefgi", "correct horse", "七个汉字加一个字", "a1b2c3d5", "92837465", &"a1-".repeat(40)]
        {
            assert_eq!(invalid_reason(good), None, "{good}");
        }
        assert_eq!(invalid_reason("a23456"), Some(Objection::TooShort));
        assert_eq!(invalid_reason("a23456\u{20}"), Some(Objection::TooShort));
        assert_eq!(invalid_reason(&format!("{}-{}", "a1".repeat(63), "bcd")), Some(Objection::TooLong));
        assert_eq!(invalid_reason(&format!("{}-{}", "a1".repeat(62), "bcd")), None, "128 characters");
        assert_eq!(invalid_reason("zhangSan01"), Some(Objection::IsUserid));
        assert_eq!(invalid_reason("the one of before"), Some(Objection::IsCurrent));
        for common in [
            "12345678",
            "87654321",
            "abcdefgh",
            "ABCDEFGH",
            "11111111",
            "abababab",
            "Password1",
            "Passw0rd!!",
            "qwer1234",
            "woaini1314",
            "Carillon",
        ] {
            assert_eq!(invalid_reason(common), Some(Objection::IsCommon), "{common}");
        }
    }

    #[test]
    fn a_temporary_password_obeys_the_rule_for_operators() {
        let env = Env::system(Settings::default(), [0; 32]);
        let Temporary { password, hash } = temporary(&env).expect("a password");
        assert!(invalid_reason(&password).is_none() && password.len() == 14, "{password}");
        assert!(verify(&hash, &password).expect("readable"));
        assert_ne!(temporary(&env).expect("a password").password, password);
    }

    #[test]
    fn only_the_password_matches_its_hash() {
        let env = Env::system(Settings::default(), [0; 32]);
        let stored = hash(&env, "正确 horse").expect("a hash");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_ne!(stored, hash(&env, "正确 horse").expect("a hash"), "each has its own salt");
        assert!(verify(&stored, "正确 horse").expect("readable"));
        assert!(!verify(&stored, "正确 horses").expect("readable"));
        assert!(!verify("", "").expect("readable"));
        assert!(verify("nonsense", "x").is_err());
    }
}
