//! TLS without a proxy: the certificate on disk, and the one that connections get. It is read again when its files change
//! and on SIGHUP; a bad one never takes the place of a good one.
//!
//! Deliberately absent: getting certificates (a client such as certbot writes the files), client certificates, HTTP/2.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::signal::unix::Signal;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem};
use tokio_rustls::rustls::{self, ServerConfig};

/// How often the files are looked at: soon enough after a renewal, which comes days before the old one ends.
const LOOK: Duration = Duration::from_secs(5);

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file holds something else.
    #[error("{} is not a PEM file with {wanted}", path.display())]
    Pem {
        /// Which file.
        path: PathBuf,
        /// What should be in it.
        wanted: &'static str,
        /// Why.
        source: pem::Error,
    },
    /// Certificate and key cannot be used together.
    #[error("certificate and key cannot be used; do they belong together?")]
    Unusable(#[source] rustls::Error),
}

/// The files, as read.
struct Files {
    cert: Vec<u8>,
    key: Vec<u8>,
}

/// A certificate that is kept up to date.
pub struct Certificate {
    cert: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<ServerConfig>>,
    /// Hash of the files that were looked at last, so that a bad pair is complained about once.
    seen: Mutex<[u8; 32]>,
}

impl Certificate {
    /// Reads certificate and key.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn open(cert: &Path, key: &Path) -> Result<Self, TlsError> {
        let files = Files::read(cert, key)?;
        let current = RwLock::new(Arc::new(files.config(cert, key)?));
        let (cert, key) = (cert.to_owned(), key.to_owned());
        Ok(Self { cert, key, current, seen: Mutex::new(files.hash()) })
    }

    /// For one connection: with the certificate of this moment.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Reads the files again whenever they change, and when `hangup` comes. Never ends.
    pub async fn keep(&self, mut hangup: Signal) -> ! {
        let mut look = tokio::time::interval(LOOK);
        loop {
            let told = tokio::select! {
                _ = look.tick() => false,
                _ = hangup.recv() => true,
            };
            self.look(told);
        }
    }

    /// Takes what is on disk if it is new (or if told to) and good.
    fn look(&self, told: bool) {
        let files = Files::read(&self.cert, &self.key);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let hash = files.as_ref().map_or([0; 32], Files::hash);
        if *seen == hash && !told {
            return;
        }
        *seen = hash;
        match files.and_then(|files| files.config(&self.cert, &self.key)) {
            Ok(config) => {
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(config);
                tracing::info!("the certificate was read again; new connections get it");
            }
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "THE NEW CERTIFICATE CANNOT BE USED; the old one stays. Put a good pair into the files of [tls]"
            ),
        }
    }
}

impl Files {
    fn read(cert: &Path, key: &Path) -> Result<Self, TlsError> {
        let read = |path: &Path| {
            std::fs::read(path).map_err(|source| TlsError::Read { path: path.to_owned(), source })
        };
        Ok(Self { cert: read(cert)?, key: read(key)? })
    }

    fn hash(&self) -> [u8; 32] {
        Sha256::new().chain_update(Sha256::digest(&self.cert)).chain_update(&self.key).finalize().into()
    }

    fn config(&self, cert: &Path, key: &Path) -> Result<ServerConfig, TlsError> {
        let pem = |path: &Path, wanted| {
            let path = path.to_owned();
            move |source| TlsError::Pem { path, wanted, source }
        };
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.cert).collect();
        let chain = chain.map_err(pem(cert, "a certificate"))?;
        if chain.is_empty() {
            return Err(pem(cert, "a certificate")(pem::Error::NoItemsFound));
        }
        let private = PrivateKeyDer::from_pem_slice(&self.key).map_err(pem(key, "a private key"))?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private));
        let mut config = config.map_err(TlsError::Unusable)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}
