//! What the page asks its server for: the certificate, the bundle, the receipt under the seal. Whatever comes is judged
//! like a file that somebody brought.

use fanfare_shared::receipt::Receipt;
use gloo::net::http::Request;

use crate::subject::{Evidence, Own};

/// A document, or nothing where the server has none.
async fn text(path: &str) -> Option<String> {
    let answer = Request::get(path).send().await.ok().filter(gloo::net::http::Response::ok)?;
    answer.text().await.ok()
}

/// The certificate of a contest's draw.
pub(crate) async fn certificate(activity: &str) -> Option<String> {
    text(&["/api/v1/activities/", activity, "/draws/1/certificate"].concat()).await
}

/// The whole log of an activity.
pub(crate) async fn bundle(activity: &str) -> Option<String> {
    text(&["/log/a/", activity, "/bundle"].concat()).await
}

/// The public receipt of an entry, under the sealed checkpoint once there is one.
pub(crate) async fn receipt(activity: &str, index: &str) -> Option<String> {
    text(&["/api/v1/activities/", activity, "/receipts/", index].concat()).await
}

/// Fetches what is missing to judge the evidence.
pub(crate) async fn complete(mut evidence: Evidence) -> Evidence {
    let Some(activity) = evidence.activity() else { return evidence };
    if evidence.certificate.is_none() && evidence.bundle.is_none() {
        evidence.certificate = certificate(&activity).await;
        if evidence.certificate.is_none() {
            evidence.bundle = bundle(&activity).await;
        }
    }
    for Own { brought, sealed } in &mut evidence.receipts {
        let index = brought.parse::<Receipt>().ok().map(|receipt| receipt.index.to_string());
        if let (None, Some(index)) = (&sealed, index) {
            *sealed = receipt(&activity, &index).await;
        }
    }
    evidence
}
