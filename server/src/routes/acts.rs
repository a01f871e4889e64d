//! `POST /api/v1/activities/{id}/acts`: one act, from the visitor's form or a developer's JSON.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use data_encoding::BASE64;
use fanfare_shared::definition::Definition;
use fanfare_shared::ids::Participant;
use fanfare_shared::log::hash::Hash;
use fanfare_shared::refusal::Refusal;
use fanfare_shared::rules;
use fanfare_shared::wire::act::{ActKind, ActReply, ActRequest};
use fanfare_shared::wire::problem::Problem;

use super::http::{check_origin, said};
use super::submission::{self, Reply, Submission};
use crate::app::{App, Reader};
use crate::campaigns;
use crate::engine::{Act, ActProposal, ActivityState, Committed};
use crate::error::ApiError;
use crate::measure;
use crate::render;

/// Send an act
///
/// Answers a poll, changes an answer, enters a contest, or takes it back. The same key with the same body gives the original receipt;
/// with another body it is refused. Forms (`application/x-www-form-urlencoded`) carry the key as the field `key`.
#[utoipa::path(
    post, path = "/api/v1/activities/{id}/acts", tag = "acts",
    params(
        ("id" = String, Path, description = "The activity", example = "svxf4gt2yvqr2g2edjnppks6ky"),
        ("Idempotency-Key" = Option<String>, Header, description = "16 to 64 of A-Z, a-z, 0-9, - and _; required with JSON",
            pattern = "^[A-Za-z0-9_-]{16,64}$",
            example = "3e1c6a52-7d0b-4b6e-9b1f-2c9a6f1d8e47"),
    ),
    request_body(content(
        (ActRequest = "application/json", example = json!({"act": "ballot", "answers": {"gusto": "fico"}})),
        (String = "application/x-www-form-urlencoded",
            example = "act=ballot&key=9f8e7d6c-5b4a-4938-8271-605f4e3d2c1b&q.gusto=limone&reply=json"),
    )),
    responses(
        (status = 201, description = "Durable, in the log, receipted", body = ActReply),
        (status = 200, description = "The same request was accepted before: the same receipt", body = ActReply),
        (status = 303, description = "A form that wants a page is sent on to the hosted page"),
        (status = 400, description = "The body or the key is missing or malformed", content((Problem = "application/problem+json"), (String = "text/html"))),
        (status = 403, description = "The page's origin is not listed", content((Problem = "application/problem+json"), (String = "text/html"))),
        (status = 404, description = "No such activity", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body took too long to arrive", content((Problem = "application/problem+json"), (String = "text/html"))),
        (status = 409, description = "Not open, closed, or a lock used before", content((Problem = "application/problem+json"), (String = "text/html"))),
        (status = 413, description = "Too large", content((Problem = "application/problem+json"), (String = "text/html"))),
        (status = 415, description = "Content type not understood", content((Problem = "application/problem+json"), (String = "text/html"))),
        (status = 422, description = "A rule is broken; the fields are named", content((Problem = "application/problem+json"), (String = "text/html"))),
        (status = 429, description = "Too many from this address: repeat after Retry-After", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Not counted, or not known: repeat with the same key", content((Problem = "application/problem+json"), (String = "text/html"))),
    )
)]
pub(super) async fn create(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let activity = app.activity(&id)?;
    let (wanted, lang) = submission::wanted(&headers, &body);
    match take(&app, &activity, &headers, &body).await {
        Ok(taken) => Ok(accepted(&app, &activity, taken)),
        Err(error) => match wanted {
            Reply::Json => Err(error),
            Reply::Fragment => Err(render::refused_fragment(&app, &activity, lang.as_deref(), &body, error)),
            Reply::Page => Ok(render::refused_page(&app, &activity, lang.as_deref(), &body, &error)),
        },
    }
}

/// An act that was taken, with how it was sent.
struct Taken {
    submission: Submission,
    participant: Participant,
    committed: Committed,
}

/// Reads, checks and commits an act.
async fn take(
    app: &App,
    activity: &ActivityState,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Taken, ApiError> {
    let campaign = app.campaign(activity.campaign.as_str())?;
    check_origin(headers, &campaign, &app.url)?;
    let mut submission = submission::read(headers, body)?;
    // A retry of a request that brought no participant must find the one it was given.
    let participant = submission.participant.unwrap_or_else(|| {
        Participant::new(app.mac("participant", &[activity.id.as_str(), submission.key.as_str()]))
    });
    submission.request.participant = Some(participant.to_hex());
    let kind = match submission.request.act {
        ActKind::Ballot => ActProposal::Ballot {
            answers: rules::accept(&activity.definition.questions, &submission.request.answers)?,
            lock: submission.lock,
            unlock: submission.unlock,
        },
        ActKind::Entry => {
            let Definition { questions, contest, .. } = &activity.definition;
            let answers = rules::accept_entry(questions, &submission.request.answers)?;
            let contest = contest.as_ref().ok_or(Refusal::OtherKind)?;
            rules::admit(contest, questions, &answers, &campaigns::today(&campaign.campaign, app.now()))?;
            ActProposal::Entry { answers, lock: submission.lock }
        }
        ActKind::Withdraw => ActProposal::Withdraw { unlock: submission.unlock },
    };
    let act = Act {
        activity: activity.id.clone(),
        key: submission.key.clone(),
        request: fingerprint(&submission.request),
        participant,
        kind,
    };
    let committed = app.submit(act).await?;
    if !committed.replayed && committed.revision == 1 {
        // JSON says no language: the browser does.
        let preferred =
            said(headers, header::ACCEPT_LANGUAGE).split(['-', ',', ';']).next().unwrap_or_default();
        let lang = submission.lang.as_deref().unwrap_or(preferred);
        let counts = measure::receipt(lang, said(headers, header::USER_AGENT));
        app.engine.count(&activity.campaign, measure::day(&campaign.campaign, app.now()), &counts);
    }
    Ok(Taken { submission, participant, committed })
}

/// What tells two bodies under one key apart: the request with its participant, as canonical JSON.
fn fingerprint(request: &ActRequest) -> Hash {
    Hash::of(&serde_json::to_vec(request).unwrap_or_default())
}

/// The answer to an accepted act, in the shape its sender wants.
fn accepted(app: &App, activity: &ActivityState, taken: Taken) -> Response {
    let Taken { submission, participant, committed } = taken;
    if submission.reply == Reply::Page {
        let page =
            render::page_after(app, activity, &submission.key, &participant, submission.lang.as_deref());
        return (no_store(), Redirect::to(&page)).into_response();
    }
    let status = if committed.replayed { StatusCode::OK } else { StatusCode::CREATED };
    let mut reply = reply(app, activity, &participant, committed);
    if submission.reply == Reply::Fragment {
        reply.html =
            Some(render::accepted_fragment(app, activity, submission.lang.as_deref(), &participant, &reply));
    }
    (status, no_store(), Json(reply)).into_response()
}

const fn no_store() -> [(header::HeaderName, &'static str); 1] {
    [(header::CACHE_CONTROL, "no-store")]
}

/// The reply's JSON.
fn reply(app: &App, activity: &ActivityState, participant: &Participant, committed: Committed) -> ActReply {
    ActReply {
        activity: committed.activity,
        act: committed.act,
        index: committed.index,
        holder: committed.holder,
        revision: committed.revision,
        tickets: committed.tickets,
        custody: committed.custody,
        at: committed.at,
        receipt: committed.receipt,
        leaf0: BASE64.encode(&activity.leaf0),
        leaf0_proof: committed.leaf0_proof.iter().map(|hash| hash.to_base64()).collect(),
        participant: participant.to_hex(),
        tally: app.visible_tally(activity, Reader::Voted),
        results_token: Some(app.results_token(&activity.id)),
        html: None,
    }
}
