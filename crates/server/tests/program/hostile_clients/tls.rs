//! TLS by certificate files.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    sync::Arc,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, SerialNumber};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, pki_types::ServerName};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::raw::{address, connect, read_to_end, send, wait_until};
use testkit::program::{Program, app, executable, organisation};

/// A certificate authority of the test.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Writes a certificate for loopback and its key.
    fn certify(&self, folder: &Path, serial: u64) {
        let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
        params.serial_number = Some(SerialNumber::from(serial));
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        fs::write(folder.join("tls.key"), key.serialize_pem()).unwrap();
        fs::write(folder.join("tls.pem"), certificate.pem()).unwrap();
    }

    fn client(&self) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder =
            ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        Arc::new(builder.with_root_certificates(roots).with_no_client_auth())
    }
}

fn start(data: &Path, files: &Path, more: &[(&str, &str)]) -> Program {
    let (certificate, key) = (files.join("tls.pem"), files.join("tls.key"));
    let tls = [
        ("CARILLON_TLS_CERTIFICATE_FILE", certificate.to_str().unwrap()),
        ("CARILLON_TLS_KEY_FILE", key.to_str().unwrap()),
        ("CARILLON_TLS_RELOAD_SECONDS", "1"),
    ];
    Program::start_with(&[&tls[..], more].concat(), data)
}

fn tls(server: &Program, client: &Arc<ClientConfig>) -> StreamOwned<ClientConnection, TcpStream> {
    let name = ServerName::try_from("127.0.0.1").unwrap();
    StreamOwned::new(ClientConnection::new(Arc::clone(client), name).unwrap(), connect(server))
}

/// Sends a request over TLS. Returns the response, and the certificate of the server.
fn request(server: &Program, client: &Arc<ClientConfig>, request: &str) -> (String, Vec<u8>) {
    let mut stream = tls(server, client);
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    let certificate = stream.conn.peer_certificates().unwrap()[0].to_vec();
    (response, certificate)
}

const GET: &str = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";

#[test]
fn https_is_served_and_a_renewed_certificate_is_reloaded() {
    let (data, files) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let authority = Authority::new();
    authority.certify(files.path(), 1);
    let server = start(data.path(), files.path(), &[]);
    assert!(server.url.starts_with("https://"), "{}", server.url);
    let client = authority.client();
    let (response, first) = request(&server, &client, GET);
    assert!(response.starts_with("HTTP/1.1 200") && response.ends_with("ok"), "{response}");
    assert!(response.contains("strict-transport-security: max-age="), "{response}");
    // Invalid files change nothing.
    fs::write(files.path().join("tls.pem"), "nothing").unwrap();
    assert_eq!(request(&server, &client, GET).1, first);
    authority.certify(files.path(), 2);
    // A resumed session keeps the certificate of its start.
    wait_until("the new certificate is shown", || request(&server, &authority.client(), GET).1 != first);
}

#[test]
fn a_handshake_has_a_deadline_and_plain_http_is_refused() {
    let (data, files) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let authority = Authority::new();
    authority.certify(files.path(), 1);
    let server = start(data.path(), files.path(), &[("CARILLON_HTTP_HEAD_SECONDS", "1")]);
    for beginning in [&b""[..], b"\x16\x03\x01\x02\0\x01"] {
        assert_eq!(read_to_end(&mut send(&server, beginning)), "");
    }
    assert!(!read_to_end(&mut send(&server, GET.as_bytes())).contains("200"));
    // Nothing is sent after the handshake.
    let mut silent = tls(&server, &authority.client());
    silent.conn.complete_io(&mut silent.sock).unwrap();
    let mut rest = Vec::new();
    let _ = silent.read_to_end(&mut rest);
    assert!(rest.is_empty());
}

#[test]
fn a_missing_certificate_file_is_reported() {
    let data = TempDir::new().unwrap();
    for (variable, expected_text) in
        [("CARILLON_TLS_CERTIFICATE_FILE", "key_file"), ("CARILLON_TLS_KEY_FILE", "certificate_file")]
    {
        let mut command = executable();
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data.path());
        let output = command.env(variable, "/nowhere.pem").output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains(expected_text), "{output:?}");
    }
}

/// Stream clients that support only `wss`, like the official Java client.
#[test]
fn a_stream_client_connects_by_wss() {
    let (data, corp) = organisation();
    let main = app(data.path(), &corp, "internal", "");
    let files = TempDir::new().unwrap();
    let authority = Authority::new();
    authority.certify(files.path(), 1);
    let server = start(data.path(), files.path(), &[]);
    let client = authority.client();
    let body = json!({
        "clientId": main["app_key"], "clientSecret": main["app_secret"],
        "subscriptions": [{ "type": "EVENT", "topic": "*" }],
    })
    .to_string();
    let open = format!(
        "POST /v1.0/gateway/connections/open HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        address(&server),
        body.len()
    );
    let (response, _) = request(&server, &client, &open);
    let opened: Value = serde_json::from_str(response.split_once("\r\n\r\n").unwrap().1).unwrap();
    let (endpoint, ticket) = (opened["endpoint"].as_str().unwrap(), opened["ticket"].as_str().unwrap());
    assert_eq!(endpoint, format!("wss://{}/connect", address(&server)));
    let mut stream = tls(&server, &client);
    let upgrade = format!(
        "GET /connect?ticket={ticket} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        address(&server)
    );
    stream.write_all(upgrade.as_bytes()).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 101");
}
