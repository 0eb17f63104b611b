//! Encryption of secrets that have to be read again. They are sealed with the key of the data folder, so that the database alone
//! does not contain them.

use carillon_model::{
    env::Env,
    error::{Error, Result},
};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;

const NONCE_BYTES: usize = 24;

/// Seals a secret. It can be opened only for the same purpose and owner.
pub fn seal(env: &Env, purpose: &str, owner: &str, secret: &[u8]) -> Result<Vec<u8>> {
    let nonce: [u8; NONCE_BYTES] = env.random_bytes();
    let sealed = cipher(env, purpose)?
        .encrypt(&XNonce::from(nonce), Payload { msg: secret, aad: owner.as_bytes() })
        .map_err(Error::internal)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// Opens a sealed secret.
pub fn open(env: &Env, purpose: &str, owner: &str, sealed: &[u8]) -> Result<Vec<u8>> {
    let (nonce, sealed) = sealed
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or_else(|| Error::internal("a sealed secret is too short"))?;
    cipher(env, purpose)?
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: owner.as_bytes() })
        .map_err(|_| Error::internal("a secret was sealed with another key than that of the data folder"))
}

fn cipher(env: &Env, purpose: &str) -> Result<XChaCha20Poly1305> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(env.key.as_slice()).map_err(Error::internal)?;
    mac.update(b"seal\0");
    mac.update(purpose.as_bytes());
    let key: [u8; 32] = mac.finalize().into_bytes().into();
    Ok(XChaCha20Poly1305::new(&key.into()))
}

#[cfg(test)]
mod tests {
    use carillon_model::settings::Settings;

    use super::*;

    #[test]
    fn only_the_same_key_purpose_and_owner_open_it() {
        let env = Env::system(Settings::default(), [1; 32]);
        let sealed = seal(&env, "callback", "app1", b"secret").unwrap();
        assert_eq!(open(&env, "callback", "app1", &sealed).unwrap(), b"secret");
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
        assert_ne!(seal(&env, "callback", "app1", b"secret").unwrap(), sealed);
        assert!(open(&env, "other", "app1", &sealed).is_err());
        assert!(open(&env, "callback", "app2", &sealed).is_err());
        let other = Env::system(Settings::default(), [2; 32]);
        assert!(open(&other, "callback", "app1", &sealed).is_err());
        let mut damaged = sealed.clone();
        damaged[30] ^= 1;
        assert!(open(&env, "callback", "app1", &damaged).is_err());
        assert!(open(&env, "callback", "app1", &sealed[..10]).is_err());
    }
}
