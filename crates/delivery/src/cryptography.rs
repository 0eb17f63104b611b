//! Encrypts and signs the messages to callbacks and their responses: AES-256-CBC, padded to blocks of 32 bytes, and SHA-1 over the sorted
//! parts. The algorithms are old, but documented: there is no choice.

use aes::Aes256;
use carillon_model::{env::Env, error::Result};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::NoPadding};
use data_encoding::{BASE64, Encoding, HEXLOWER};
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

/// Random bytes in front of every message.
const SALT_BYTES: usize = 16;
/// The documented padding block is twice the block of AES.
const PADDING_BLOCK: usize = 32;

/// An encrypted and signed message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// SHA-1 over the token and the other three parts, hexadecimal.
    pub signature: String,
    /// Milliseconds since 1970, as text.
    pub timestamp: String,
    /// 8 random letters and digits.
    pub nonce: String,
    /// The encrypted message, base64.
    pub encrypt: String,
}

/// Why an envelope cannot be opened: the text for the delivery log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnvelopeError(pub &'static str);

/// Encrypts and signs a message.
pub fn seal(
    env: &Env,
    token: &str,
    aes_key: &str,
    owner_key: &str,
    message: &str,
) -> Result<Envelope, EnvelopeError> {
    let key = key(aes_key)?;
    let salt: [u8; SALT_BYTES] = env.random_bytes();
    let length = u32::try_from(message.len()).map_err(|_| EnvelopeError("the message is too long"))?;
    let mut plaintext = [&salt[..], &length.to_be_bytes(), message.as_bytes(), owner_key.as_bytes()].concat();
    let padding = PADDING_BLOCK - plaintext.len() % PADDING_BLOCK;
    plaintext.resize(plaintext.len() + padding, u8::try_from(padding).unwrap_or_default());
    let encrypted = cbc::Encryptor::<Aes256>::new(&key.into(), &initialization_vector(&key).into())
        .encrypt_padded_vec::<NoPadding>(&plaintext);
    let timestamp = env.now().0.to_string();
    let nonce = env.random_text(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 8);
    let encrypt = BASE64.encode(&encrypted);
    Ok(Envelope { signature: signature(token, &timestamp, &nonce, &encrypt), timestamp, nonce, encrypt })
}

/// Checks the signature, then decrypts.
pub fn open(
    envelope: &Envelope,
    token: &str,
    aes_key: &str,
    owner_key: &str,
) -> Result<String, EnvelopeError> {
    let expected = signature(token, &envelope.timestamp, &envelope.nonce, &envelope.encrypt);
    if !bool::from(expected.as_bytes().ct_eq(envelope.signature.as_bytes())) {
        return Err(EnvelopeError("msg_signature is not the signature of what came with it"));
    }
    let key = key(aes_key)?;
    // The signature is over the text as received; some clients insert line breaks.
    let encrypted = lenient_base64()?
        .decode(envelope.encrypt.as_bytes())
        .map_err(|_| EnvelopeError("encrypt is not base64"))?;
    let mut plaintext = cbc::Decryptor::<Aes256>::new(&key.into(), &initialization_vector(&key).into())
        .decrypt_padded_vec::<NoPadding>(&encrypted)
        .map_err(|_| EnvelopeError("encrypt is not a whole number of blocks"))?;
    let wrong_key = EnvelopeError("encrypt was not encrypted with this aes_key");
    let padding = plaintext.last().map_or(0, |last| usize::from(*last));
    if !(1..=PADDING_BLOCK).contains(&padding) || padding > plaintext.len() {
        return Err(wrong_key);
    }
    plaintext.truncate(plaintext.len() - padding);
    let content = plaintext.get(SALT_BYTES..).ok_or(wrong_key)?;
    let (length, content) = content.split_first_chunk::<4>().ok_or(wrong_key)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| wrong_key)?;
    let (message, owner) = content.split_at_checked(length).ok_or(wrong_key)?;
    if owner != owner_key.as_bytes() {
        return Err(EnvelopeError("encrypt carries another owner key: see docs/WIRE.md"));
    }
    String::from_utf8(message.to_vec()).map_err(|_| wrong_key)
}

/// Signs a message. Returns lower-case hexadecimal.
pub fn signature(token: &str, timestamp: &str, nonce: &str, encrypt: &str) -> String {
    let mut parts = [token, timestamp, nonce, encrypt];
    parts.sort_unstable();
    HEXLOWER.encode(&Sha1::digest(parts.concat()))
}

fn key(aes_key: &str) -> Result<[u8; 32], EnvelopeError> {
    let bytes = lenient_base64()?.decode(format!("{aes_key}=").as_bytes());
    let bytes = bytes.map_err(|_| EnvelopeError("aes_key is not base64"))?;
    bytes.try_into().map_err(|_| EnvelopeError("aes_key has not 43 characters"))
}

fn initialization_vector(key: &[u8; 32]) -> [u8; 16] {
    let mut initialization_vector = [0; 16];
    initialization_vector.copy_from_slice(&key[..16]);
    initialization_vector
}

/// Base64 that ignores line breaks and the trailing bits, which documented keys of 43 characters have.
fn lenient_base64() -> Result<Encoding, EnvelopeError> {
    let mut specification = BASE64.specification();
    specification.check_trailing_bits = false;
    specification.ignore.push_str(" \t\r\n");
    specification.encoding().map_err(|_| EnvelopeError("base64 is not available"))
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

    /// The vendor's page "event-subscription-and-data-push" gives these values for testing an implementation.
    #[test]
    fn the_documented_response_is_success() {
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
    fn sealing_round_trips_at_every_length() {
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
    fn line_breaks_are_signed_but_ignored_in_decryption() {
        let env = Env::system(Settings::default(), [0; 32]);
        let key = "abcdefghijabcdefghijabcdefghijabcdefghij123";
        let mut sealed = seal(&env, "token1", key, "owner", "success").unwrap();
        sealed.encrypt.insert(40, '\n');
        assert!(open(&sealed, "token1", key, "owner").is_err(), "the signature is that of another text");
        sealed.signature = signature("token1", &sealed.timestamp, &sealed.nonce, &sealed.encrypt);
        assert_eq!(open(&sealed, "token1", key, "owner").unwrap(), "success");
    }
}
