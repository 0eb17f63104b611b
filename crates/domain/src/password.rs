//! Members' passwords: argon2id, slow on purpose. Never inside of a unit of work, which all others wait for.

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash,
};
use carillon_model::{
    env::Env,
    error::{Error, Result},
};

/// Memory in KiB, passes, lanes: the first choice of OWASP's cheat sheet that needs no more than 19 MiB.
const COST: (u32, u32, u32) = (19_456, 2, 1);

/// Characters of a new password, at least and at most. Documented is the least.
const CHARS: (usize, usize) = (8, 128);

/// What keeps a text from being a new password, to follow the name of its field. Documented: at least 8 characters, and neither
/// letters alone nor digits alone.
pub fn objection(password: &str) -> Option<String> {
    let (least, most) = CHARS;
    match password.chars().count() {
        count if count < least => Some(format!("must have at least {least} characters")),
        count if count > most => Some(format!("must have at most {most} characters")),
        _ if password.chars().all(char::is_alphabetic) => Some("must not be letters alone".to_owned()),
        _ if password.chars().all(char::is_numeric) => Some("must not be digits alone".to_owned()),
        _ => None,
    }
}

/// The hash to store of a password, with its salt and cost (PHC string).
pub fn hash(env: &Env, password: &str) -> Result<String> {
    let salt: [u8; 16] = env.bytes();
    let hash = hasher()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(Error::internal)?;
    Ok(hash.to_string())
}

/// Whether a password belongs to a hash. An empty hash takes as long as any other, and no password belongs to it.
pub fn verify(hash: &str, password: &str) -> Result<bool> {
    let known = !hash.is_empty();
    let hash = if known { hash } else { NOBODY };
    let hash = PasswordHash::new(hash).map_err(Error::internal)?;
    let matches = hasher()?.verify_password(password.as_bytes(), &hash).is_ok();
    Ok(known && matches)
}

/// The hash of a password that nobody knows, so that unknown members are refused as slowly as known ones.
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
    fn a_password_is_neither_short_nor_endless_nor_of_one_kind() {
        for good in ["init_password220", "秘密-12345", "a234567\u{20}", &"a1".repeat(64)] {
            assert_eq!(objection(good), None, "{good}");
        }
        for bad in
            ["", "1", "a23456", "a234567", "abcdefgh", "密码密码密码密码", "12345678", &"a1".repeat(65)]
        {
            assert!(objection(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn only_the_password_opens_its_hash() {
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
