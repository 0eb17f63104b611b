//! How messages to callbacks and their answers are encrypted and signed: AES-256-CBC, padded to blocks of 32 bytes, and SHA-1 over
//! the sorted parts. Old, and documented: there is nothing to choose.

use aes::Aes256;
use carillon_model::{env::Env, error::Result};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::NoPadding};
use data_encoding::{BASE64, Encoding, HEXLOWER};
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

/// Random bytes in front of every message.
const SALT_BYTES: usize = 16;
/// The documented padding is that of blocks twice as long as those of AES.
const PADDING_BLOCK: usize = 32;

/// A message as it travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Of the four other parts and the token.
    pub signature: String,
    /// Milliseconds since 1970, as text.
    pub timestamp: String,
    /// Random.
    pub nonce: String,
    /// The message, encrypted, in base64.
    pub encrypt: String,
}

/// Why an envelope cannot be opened, in words for the delivery log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable(pub &'static str);

/// Encrypts and signs a message.
pub fn seal(
    env: &Env,
    token: &str,
    aes_key: &str,
    owner_key: &str,
    message: &str,
) -> Result<Envelope, Unreadable> {
    let key = key(aes_key)?;
    let salt: [u8; SALT_BYTES] = env.random_bytes();
    let length = u32::try_from(message.len()).map_err(|_| Unreadable("the message is too long"))?;
    let mut plain = [&salt[..], &length.to_be_bytes(), message.as_bytes(), owner_key.as_bytes()].concat();
    let padding = PADDING_BLOCK - plain.len() % PADDING_BLOCK;
    plain.resize(plain.len() + padding, u8::try_from(padding).unwrap_or_default());
    let encrypted =
        cbc::Encryptor::<Aes256>::new(&key.into(), &iv(&key).into()).encrypt_padded_vec::<NoPadding>(&plain);
    let timestamp = env.now().0.to_string();
    let nonce = env.random_text(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 8);
    let encrypt = BASE64.encode(&encrypted);
    Ok(Envelope { signature: signature(token, &timestamp, &nonce, &encrypt), timestamp, nonce, encrypt })
}

/// Checks the signature, then decrypts.
pub fn open(envelope: &Envelope, token: &str, aes_key: &str, owner_key: &str) -> Result<String, Unreadable> {
    let expected = signature(token, &envelope.timestamp, &envelope.nonce, &envelope.encrypt);
    if !bool::from(expected.as_bytes().ct_eq(envelope.signature.as_bytes())) {
        return Err(Unreadable("msg_signature is not the signature of what came with it"));
    }
    let key = key(aes_key)?;
    // The signature is over the text as it came; some clients break its lines.
    let encrypted =
        lenient()?.decode(envelope.encrypt.as_bytes()).map_err(|_| Unreadable("encrypt is not base64"))?;
    let mut plain = cbc::Decryptor::<Aes256>::new(&key.into(), &iv(&key).into())
        .decrypt_padded_vec::<NoPadding>(&encrypted)
        .map_err(|_| Unreadable("encrypt is not a whole number of blocks"))?;
    let unreadable = Unreadable("encrypt was not encrypted with this aes_key");
    let padding = plain.last().map_or(0, |last| usize::from(*last));
    if !(1..=PADDING_BLOCK).contains(&padding) || padding > plain.len() {
        return Err(unreadable);
    }
    plain.truncate(plain.len() - padding);
    let content = plain.get(SALT_BYTES..).ok_or(unreadable)?;
    let (length, content) = content.split_first_chunk::<4>().ok_or(unreadable)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| unreadable)?;
    let (message, owner) = content.split_at_checked(length).ok_or(unreadable)?;
    if owner != owner_key.as_bytes() {
        return Err(Unreadable("encrypt carries another owner key: see docs/WIRE.md"));
    }
    String::from_utf8(message.to_vec()).map_err(|_| unreadable)
}

/// The signature of a message.
pub fn signature(token: &str, timestamp: &str, nonce: &str, encrypt: &str) -> String {
    let mut parts = [token, timestamp, nonce, encrypt];
    parts.sort_unstable();
    HEXLOWER.encode(&Sha1::digest(parts.concat()))
}

fn key(aes_key: &str) -> Result<[u8; 32], Unreadable> {
    let bytes = lenient()?.decode(format!("{aes_key}=").as_bytes());
    let bytes = bytes.map_err(|_| Unreadable("aes_key is not base64"))?;
    bytes.try_into().map_err(|_| Unreadable("aes_key has not 43 characters"))
}

fn iv(key: &[u8; 32]) -> [u8; 16] {
    let mut iv = [0; 16];
    iv.copy_from_slice(&key[..16]);
    iv
}

/// Base64 that does not mind the last bits, which documented keys of 43 characters have, nor line breaks.
fn lenient() -> Result<Encoding, Unreadable> {
    let mut specification = BASE64.specification();
    specification.check_trailing_bits = false;
    specification.ignore.push_str(" \t\r\n");
    specification.encoding().map_err(|_| Unreadable("base64 is not available"))
}

#[cfg(test)]
mod tests {
    use carillon_model::settings::Settings;

    use super::*;

    fn envelope(signature: &str, timestamp: &str, nonce: &str, encrypt: &str) -> Envelope {
        Envelope {
            signature: signature.to_owned(),
            timestamp: timestamp.to_owned(),
            nonce: nonce.to_owned(),
            encrypt: encrypt.to_owned(),
        }
    }

    /// The vendor's page "event-subscription-and-data-push" gives these values to try an implementation with.
    #[test]
    fn the_documented_answer_says_success() {
        let answer = envelope(
            "9a95a004dd16f5c307e849b994173f76aa26e5eb",
            "1614767836",
            "A7Co0cJLMzIDtMMI",
            "YvkvaGe4hQxd3VxRmEty0dVlnCOAqwf56xwTRHDHoOURqhalbmBJQk5FNcRk42Gl5T0YQXZNwpwWSm1xAFJ5ZA==",
        );
        let key = "1234567890123456789012345678901234567890123";
        assert_eq!(open(&answer, "123456", key, "dingsnotzck6pm5veliw").unwrap(), "success");
    }

    /// The example of the vendor's library for Python.
    #[test]
    fn the_example_of_the_official_library_is_the_handshake() {
        let push = envelope(
            "03044561471240d4a14bb09372dfcfd4fd0e40cb",
            "1608001896814",
            "WL4PK6yA",
            "0vJiX6vliEpwG3U45CtXqi+m8PXbQRARJ8p8BbDuD1EMTDf0jKpQ79QS93qEk7XHpP6u+oTTrd15NRPvNvmBKyDCYxxOK+HZeKju4yhELOFchzNukR+t8SB/qk4ROMu3",
        );
        let key = "Yue0EfdN5900c1ce5cf6A152c63DDe1808a60c5ecd7";
        assert_eq!(
            open(&push, "mryue", key, "ding6ccabc44d2c8d38b").unwrap(),
            r#"{"EventType":"check_url"}"#
        );
    }

    /// The example of the vendor's library for Java.
    #[test]
    fn the_example_of_the_older_library_can_be_read() {
        let push = envelope(
            "5a65ceeef9aab2d149439f82dc191dd6c5cbe2c0",
            "1445827045067",
            "nEXhMP4r",
            "1a3NBxmCFwkCJvfoQ7WhJHB+iX3qHPsc9JbaDznE1i03peOk1LaOQoRz3+nlyGNhwmwJ3vDMG+OzrHMeiZI7gTRWVdUBmfxjZ8Ej23JVYa9VrYeJ5as7XM/ZpulX8NEQis44w53h1qAgnC3PRzM7Zc/D6Ibr0rgUathB6zRHP8PYrfgnNOS9PhSBdHlegK+AGGanfwjXuQ9+0pZcy0w9lQ==",
        );
        let key = "4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij";
        let opened = open(&push, "123456", key, "suite4xxxxxxxxxxxxxxx").unwrap();
        assert_eq!(
            opened,
            r#"{"EventType":"check_create_suite_url","Random":"LPIdSnlF","TestSuiteKey":"suite4xxxxxxxxxxxxxxx"}"#
        );
    }

    #[test]
    fn what_is_sealed_opens_whatever_its_length() {
        let env = Env::system(Settings::default(), [0; 32]);
        let key = "abcdefghijabcdefghijabcdefghijabcdefghij123";
        for length in 0..80 {
            let message = "你".repeat(length);
            let sealed = seal(&env, "token1", key, "owner", &message).unwrap();
            assert_eq!(open(&sealed, "token1", key, "owner").unwrap(), message);
            assert!(open(&sealed, "token2", key, "owner").is_err());
            assert!(open(&sealed, "token1", key, "other").is_err());
            let other_key = "bbcdefghijabcdefghijabcdefghijabcdefghij123";
            assert!(open(&sealed, "token1", other_key, "owner").is_err());
        }
    }

    #[test]
    fn line_breaks_belong_to_what_is_signed_and_not_to_what_is_encrypted() {
        let env = Env::system(Settings::default(), [0; 32]);
        let key = "abcdefghijabcdefghijabcdefghijabcdefghij123";
        let mut sealed = seal(&env, "token1", key, "owner", "success").unwrap();
        sealed.encrypt.insert(40, '\n');
        assert!(open(&sealed, "token1", key, "owner").is_err(), "the signature is that of another text");
        sealed.signature = signature("token1", &sealed.timestamp, &sealed.nonce, &sealed.encrypt);
        assert_eq!(open(&sealed, "token1", key, "owner").unwrap(), "success");
    }
}
