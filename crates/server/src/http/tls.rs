//! TLS by certificate files. They are read again while the server runs: certificates are renewed every few weeks.

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use anyhow::{Context, Result};
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use serde::Deserialize;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// Section `[tls]` of the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsSettings {
    /// The certificate, followed by those that lead to its authority (PEM).
    pub certificate_file: Option<PathBuf>,
    /// Its key (PEM).
    pub key_file: Option<PathBuf>,
    /// Seconds between two looks at the files.
    pub reload_seconds: u64,
}

/// The two files of a certificate.
#[derive(Clone, Debug)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

/// TLS of a listener.
pub struct Tls {
    acceptor: TlsAcceptor,
    files: Files,
    current: Arc<Current>,
    reload_time: Duration,
}

impl Tls {
    /// Reads the certificate. None if none is configured.
    pub fn load(settings: &TlsSettings) -> Result<Option<Self>> {
        let Some(files) = Files::of(settings)? else { return Ok(None) };
        let provider = Arc::new(ring::default_provider());
        let current = Arc::new(Current(RwLock::new(Arc::new(files.read(&provider)?))));
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&current) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let reload_time = Duration::from_secs(settings.reload_seconds.max(1));
        Ok(Some(Self { acceptor: TlsAcceptor::from(Arc::new(config)), files, current, reload_time }))
    }

    /// The certificates as a server would show them. None if none is configured.
    ///
    /// # Errors
    /// The files cannot be read, or the key is not that of the certificate.
    pub fn read_chain(settings: &TlsSettings) -> Result<Option<Vec<CertificateDer<'static>>>> {
        let Some(files) = Files::of(settings)? else { return Ok(None) };
        Ok(Some(files.read(&ring::default_provider())?.cert))
    }

    /// What turns an accepted stream into an encrypted one.
    pub fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }

    /// A task that reads the files again and again until the server stops. Files that cannot be used change nothing: the
    /// certificate in use stays.
    pub fn reload(&self, mut stopping: watch::Receiver<bool>) -> impl Future<Output = ()> + use<> {
        let (files, current, time) = (self.files.clone(), Arc::clone(&self.current), self.reload_time);
        async move {
            let provider = Arc::new(ring::default_provider());
            while tokio::time::timeout(time, stopping.wait_for(|stopping| *stopping)).await.is_err() {
                let (files, provider) = (files.clone(), Arc::clone(&provider));
                match tokio::task::spawn_blocking(move || files.read(&provider)).await {
                    Ok(Ok(key)) => {
                        if current.replace(key) {
                            tracing::info!("the certificate was renewed");
                        }
                    }
                    Ok(Err(error)) => {
                        tracing::warn!(
                            error = format!("{error:#}"),
                            "the certificate files cannot be used; the certificate stays"
                        );
                    }
                    Err(error) => tracing::error!(%error, "the certificate could not be read"),
                }
            }
        }
    }
}

impl Files {
    fn of(settings: &TlsSettings) -> Result<Option<Self>> {
        match (&settings.certificate_file, &settings.key_file) {
            (None, None) => Ok(None),
            (Some(certificate), Some(key)) => {
                Ok(Some(Self { certificate: certificate.clone(), key: key.clone() }))
            }
            _ => anyhow::bail!("[tls] needs both certificate_file and key_file"),
        }
    }

    fn read(&self, provider: &CryptoProvider) -> Result<CertifiedKey> {
        let of = |file: &PathBuf| format!("of {}", file.display());
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&self.certificate)
            .and_then(Iterator::collect)
            .with_context(|| format!("no certificate can be read {}", of(&self.certificate)))?;
        anyhow::ensure!(!chain.is_empty(), "there is no certificate in {}", self.certificate.display());
        let key = PrivateKeyDer::from_pem_file(&self.key)
            .with_context(|| format!("no key can be read {}", of(&self.key)))?;
        CertifiedKey::from_der(chain, key, provider)
            .with_context(|| format!("the key {} does not belong to the certificate", of(&self.key)))
    }
}

/// The certificate in use.
#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl Current {
    /// Returns whether it is another one.
    fn replace(&self, key: CertifiedKey) -> bool {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let is_new = current.cert != key.cert;
        if is_new {
            *current = Arc::new(key);
        }
        is_new
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}
