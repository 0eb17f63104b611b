//! Callbacks by https, with certificates of a test authority.

use std::{path::PathBuf, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::{ServerConfig, pki_types::PrivateKeyDer};
use serde_json::{Value, json};
use tempfile::TempDir;

use testkit::{
    program::{ProgramFixture, carillon, executable},
    receiver::{AES_KEY, Receiver, TOKEN},
};

/// A certificate authority, and the file of its certificate.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("ca.pem"), issuer.pem()).unwrap();
        Self { issuer, folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Returns the TLS configuration of a receiver with a certificate for these names.
    fn certify(&self, names: &[&str], expired: bool) -> ServerConfig {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        if expired {
            (params.not_before, params.not_after) = (date_time_ymd(2001, 1, 1), date_time_ymd(2002, 1, 1));
        }
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap()
    }
}

fn register(fixture: &ProgramFixture, receiver: &Receiver) -> Value {
    let body = json!({
        "call_back_tag": ["user_add_org"], "token": TOKEN, "aes_key": AES_KEY, "url": receiver.url,
    });
    fixture.call("/call_back/register_call_back", &body)
}

#[test]
fn an_https_callback_with_a_trusted_authority_receives_events() {
    let authority = Authority::new();
    let file = authority.file();
    let fixture = ProgramFixture::with_variables(&[("CARILLON_DELIVERY_CA_FILE", file.to_str().unwrap())]);
    let receiver = Receiver::start_tls(&fixture.corp, authority.certify(&["127.0.0.1"], false));
    assert!(receiver.url.starts_with("https://"));
    let registered = register(&fixture, &receiver);
    assert_eq!(registered["errcode"], 0, "{registered}");
    assert_eq!(receiver.handshakes(), 1);
    fixture.member("u1", 1);
    assert_eq!(receiver.wait_for(1)[0]["userId"], json!(["u1"]));
    assert_eq!(fixture.wait_until_delivered()[0]["state"], "delivered");
}

#[test]
fn an_https_callback_with_an_invalid_certificate_is_refused() {
    let authority = Authority::new();
    let file = authority.file();
    let trusting = ProgramFixture::with_variables(&[("CARILLON_DELIVERY_CA_FILE", file.to_str().unwrap())]);
    let suspicious = ProgramFixture::start();
    let other = Authority::new();
    let cases = [
        (&suspicious, &authority, vec!["127.0.0.1"], false, "UnknownIssuer"),
        // Another authority with the same name.
        (&trusting, &other, vec!["127.0.0.1"], false, "BadSignature"),
        (&trusting, &authority, vec!["callback.example", "127.0.0.2"], false, "not valid for name"),
        (&trusting, &authority, vec!["127.0.0.1"], true, "certificate expired"),
    ];
    for (fixture, authority, names, expired, failure) in cases {
        let receiver = Receiver::start_tls(&fixture.corp, authority.certify(&names, expired));
        let refused = register(fixture, &receiver);
        assert_eq!(refused["errcode"], 71_012, "{refused}");
        assert!(refused["errmsg"].as_str().unwrap().contains(failure), "{failure}: {refused}");
        assert_eq!(receiver.handshakes(), 0, "nothing was sent");
    }
    // A port with plain HTTP.
    let plain = Receiver::start(&trusting.corp);
    let mut body = json!({ "call_back_tag": ["user_add_org"], "token": TOKEN, "aes_key": AES_KEY });
    body["url"] = plain.url.replace("http:", "https:").into();
    assert_eq!(trusting.call("/call_back/register_call_back", &body)["errcode"], 71_012);
    assert_eq!(plain.handshakes(), 0);
}

#[test]
fn a_callback_receives_no_events_while_its_authority_is_not_trusted() {
    let authority = Authority::new();
    let file = authority.file();
    let retries = ("CARILLON_DELIVERY_RETRY_MS", "[]");
    let mut fixture =
        ProgramFixture::with_variables(&[("CARILLON_DELIVERY_CA_FILE", file.to_str().unwrap()), retries]);
    let receiver = Receiver::start_tls(&fixture.corp, authority.certify(&["127.0.0.1"], false));
    assert_eq!(register(&fixture, &receiver)["errcode"], 0);
    std::fs::write(&file, Authority::new().issuer.pem()).unwrap();
    fixture.crash();
    fixture.member("u1", 1);
    let log = fixture.wait_until_delivered();
    assert_eq!(log[0]["state"], "failed");
    assert!(
        log[0]["attempts"][0]["problem"].as_str().unwrap().contains("invalid peer certificate"),
        "{log:?}"
    );
    std::fs::write(&file, authority.issuer.pem()).unwrap();
    fixture.crash();
    let retry = json!({ "event_ids": [log[0]["event_id"]] });
    assert_eq!(fixture.call_v1("/v1.0/carillon/event/delivery/retry", &[], &retry).0, 200);
    assert_eq!(receiver.wait_for(1)[0]["eventId"], log[0]["event_id"]);
}

#[test]
fn an_invalid_file_of_authorities_is_refused_at_the_start() {
    let data = TempDir::new().unwrap();
    let file = data.path().join("ca.pem");
    let failure = || {
        let output = executable()
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data.path().join("data"))
            .env("CARILLON_DELIVERY_CA_FILE", &file)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(failure().contains("ca.pem"), "it does not exist");
    std::fs::write(&file, "no certificate").unwrap();
    assert!(failure().contains("it holds no certificate"), "{}", failure());
    std::fs::write(&file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    assert!(failure().contains("cannot be used"), "{}", failure());
    // Without the setting a folder opens.
    let empty = TempDir::new().unwrap();
    assert!(carillon(empty.path(), &["corp", "create", "--name", "a"]).status.success());
}
