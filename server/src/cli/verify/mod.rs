//! `fanfare verify FILE|URL…`: receipts, bundles and whole logs, checked by anybody's machine.
//!
//! Exit codes: 0 everything is verified, 1 something is not, 2 usage, 3 something could not be fetched.

mod fetch;
mod gather;

use std::process::ExitCode;

use data_encoding::{BASE64, HEXLOWER};
use fanfare_shared::draw::seal_code::SealCode;
use fanfare_shared::log::certificate::CERTIFICATE_FORMAT;
use fanfare_shared::log::note::VerifierKey;
use fanfare_shared::receipt::Receipt;
use fanfare_shared::verify::{Report, Trust, bundle, certificate, receipt};

use self::fetch::{Fetch, FetchError};
use super::output;

/// Check receipts, recount polls from their logs, and draw contests again.
#[derive(Debug, clap::Args)]
pub(super) struct Verify {
    /// Receipts, bundles, addresses of logs (https://host/log/a/<id>) or of hosted pages (https://host/c/<campaign>)
    #[arg(required = true, value_name = "FILE|URL")]
    what: Vec<String>,
    /// The verifier key you trust: as `/log/key` gives it, or the public key in hex. Without it the key is read from
    /// the server that signs, and the report says so
    #[arg(long, value_name = "KEY", value_parser = public_key)]
    key: Option<PublicKey>,
    /// A witness you trust, as a C2SP verifier key; may be given several times. Only these count for the time of a seal
    #[arg(long, value_name = "KEY")]
    witness: Vec<VerifierKey>,
    /// The seal code that you had before the draw
    #[arg(long, value_name = "CODE")]
    seal_code: Option<SealCode>,
}

/// 32 bytes.
#[derive(Debug, Clone, Copy)]
struct PublicKey([u8; 32]);

/// A C2SP verifier key, its last part, or the public key in hex.
fn public_key(text: &str) -> Result<PublicKey, String> {
    let text = text.trim();
    if let Ok(key) = text.parse::<VerifierKey>() {
        return Ok(PublicKey(*key.key()));
    }
    let bytes = HEXLOWER.decode(text.as_bytes()).or_else(|_| BASE64.decode(text.as_bytes()));
    let bytes =
        bytes.map_err(|_| "a verifier key (`name+id+base64`) or 64 lower-case hex digits".to_owned())?;
    // The last part of a verifier key begins with the signature's type, 1 for Ed25519.
    let bytes =
        bytes.strip_prefix(&[1]).filter(|rest| rest.len() == 32).map_or(bytes.clone(), <[u8]>::to_vec);
    bytes.try_into().map(PublicKey).map_err(|_| "32 bytes are wanted".to_owned())
}

/// What one argument turned out to be.
enum Subject {
    /// A receipt's text, and the origin of its log where it can be read.
    Receipt(String, Option<String>),
    /// A bundle's JSON.
    Bundle(String),
    /// A certificate's JSON.
    Certificate(String),
}

impl Verify {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let fetch = Fetch::new();
        let (mut verified, mut fetched) = (true, true);
        for what in &self.what {
            match self.verify(&fetch, what) {
                Ok(reports) => {
                    for report in reports {
                        verified &= report.verdict().stands();
                        output::line(&format!("{what}\n{report}"));
                    }
                }
                Err(Problem::Fetch(error)) => {
                    fetched = false;
                    output::error(&format!(
                        "{what}\n{error}\nNot verified: what is missing cannot be checked."
                    ));
                }
                Err(Problem::Usage(error)) => {
                    output::error(&format!("fanfare: {error}"));
                    return Ok(ExitCode::from(2));
                }
            }
        }
        // What is known to be wrong weighs more than what is not known.
        Ok(match (verified, fetched) {
            (false, _) => ExitCode::from(1),
            (true, false) => ExitCode::from(3),
            (true, true) => ExitCode::SUCCESS,
        })
    }

    fn verify(&self, fetch: &Fetch, what: &str) -> Result<Vec<Report>, Problem> {
        if what.starts_with("http://") || what.starts_with("https://") {
            let logs = gather::logs_of(fetch, what)?;
            return logs.iter().map(|log| self.log(fetch, log)).collect();
        }
        let bytes =
            std::fs::read(what).map_err(|error| Problem::Usage(format!("cannot read {what}: {error}")))?;
        match subject(&bytes) {
            Subject::Bundle(text) => Ok(vec![bundle::verify(&text, &self.trust())]),
            Subject::Certificate(text) => Ok(vec![self.certificate(&text)]),
            // Judged along with the certificate of its contest, which needs no server.
            Subject::Receipt(_, Some(origin)) if self.has_certificate_of(&origin) => Ok(Vec::new()),
            Subject::Receipt(text, origin) => {
                self.receipt(fetch, &text, origin.as_deref()).map(|report| vec![report])
            }
        }
    }

    /// A log, read from its server.
    fn log(&self, fetch: &Fetch, log: &str) -> Result<Report, Problem> {
        Ok(bundle::verify(&gather::bundle(fetch, log)?, &self.trust()))
    }

    /// A certificate, with the receipts of its contest that were given beside it.
    fn certificate(&self, text: &str) -> Report {
        let origin = head(text).and_then(|head| head.origin);
        let beside = self.given().into_iter().filter_map(|subject| {
            if let Subject::Receipt(receipt, of) = subject { (of == origin).then_some(receipt) } else { None }
        });
        let receipts: Vec<String> = beside.collect();
        let receipts: Vec<&str> = receipts.iter().map(String::as_str).collect();
        certificate::verify(text, &receipts, &self.trust())
    }

    fn has_certificate_of(&self, origin: &str) -> bool {
        let is = |subject: &Subject| matches!(subject, Subject::Certificate(text) if head(text).and_then(|head| head.origin).as_deref() == Some(origin));
        self.given().iter().any(is)
    }

    /// The files that were given, as far as they can be read.
    fn given(&self) -> Vec<Subject> {
        self.what.iter().filter_map(|what| Some(subject(&std::fs::read(what).ok()?))).collect()
    }

    /// A receipt, together with the log it is of.
    fn receipt(&self, fetch: &Fetch, text: &str, origin: Option<&str>) -> Result<Report, Problem> {
        // A receipt that is broken in itself needs no server to be refused.
        let alone = receipt::verify(text, &self.trust(), None);
        let Some(origin) = origin.filter(|_| alone.verdict() != fanfare_shared::verify::Verdict::Refused)
        else {
            return Ok(alone);
        };
        let bundle = gather::bundle(fetch, &gather::address_of(origin))?;
        Ok(receipt::verify(text, &self.trust(), Some(&bundle)))
    }

    /// What was given; without a key the log's own word is taken, and the report says so.
    fn trust(&self) -> Trust {
        Trust { key: self.key.map(|key| key.0), witnesses: self.witness.clone(), seal_code: self.seal_code }
    }
}

/// What every document says of itself first.
#[derive(serde::Deserialize)]
struct Head {
    format: String,
    origin: Option<String>,
}

fn head(text: &str) -> Option<Head> {
    serde_json::from_str(text).ok()
}

/// Why there is no report.
enum Problem {
    Fetch(FetchError),
    Usage(String),
}

impl From<FetchError> for Problem {
    fn from(error: FetchError) -> Self {
        Self::Fetch(error)
    }
}

/// Bundles and certificates are JSON; everything else is taken for a receipt, and refused if it is none.
fn subject(bytes: &[u8]) -> Subject {
    let text = String::from_utf8_lossy(bytes).into_owned();
    if text.trim_start().starts_with('{') {
        let certificate = head(&text).is_some_and(|head| head.format == CERTIFICATE_FORMAT);
        return if certificate { Subject::Certificate(text) } else { Subject::Bundle(text) };
    }
    let origin = text.parse::<Receipt>().ok().and_then(|receipt| receipt::origin_of(&receipt));
    Subject::Receipt(text, origin)
}
