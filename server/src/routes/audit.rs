//! `/api/v1/audit`: who did what, line by line, each chained to the one before by its hash.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use fanfare_shared::ids::{BrandId, MemberId, PublicId};
use fanfare_shared::log::hash::Hash;
use fanfare_shared::team::Right;
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::team::{AuditEntry, AuditPage};
use serde::Deserialize;

use super::access::Access;
use super::problems::ReadProblems;
use crate::app::App;
use crate::engine::AuditLine;
use crate::error::ApiError;

/// Lines of one page unless told otherwise, and at most.
const PAGE: usize = 50;
const MOST: usize = 500;
/// Lines that are looked at for one page: a filter that matches nothing may not read the whole log at once.
const LOOKED_AT: usize = 10_000;

/// Which lines.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct AuditQuery {
    /// Only lines with a smaller number: `next` of the page before.
    before: Option<u64>,
    /// Only of this brand.
    brand: Option<BrandId>,
    /// Only this action, or, with a full stop at the end, all that begin with it (`member.`).
    action: Option<String>,
    /// Only by this member.
    member: Option<MemberId>,
    /// Lines of the page, 1 to 500; 50 unless told otherwise.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u16>,
}

impl AuditQuery {
    fn wants(&self, line: &AuditLine) -> bool {
        self.brand.as_ref().is_none_or(|brand| line.brand.as_ref() == Some(brand))
            && self.action.as_ref().is_none_or(|wanted| {
                line.action == *wanted || wanted.ends_with('.') && line.action.starts_with(wanted)
            })
            && self.member.as_ref().is_none_or(|member| line.actor == member.to_hex())
    }
}

/// Read the audit log
///
/// The newest first. Lines of the installation as a whole are for those alone who watch over all of it. A page may hold fewer
/// lines than asked for, even none, and still have a next one.
#[utoipa::path(
    get, path = "/api/v1/audit", tag = "team", security(("session" = []), ("token" = [])),
    params(AuditQuery),
    responses(
        (status = 200, description = "A page of it", body = AuditPage),
        ReadProblems,
    )
)]
pub(super) async fn read(
    State(app): State<App>,
    access: Access,
    Query(query): Query<AuditQuery>,
) -> Result<Response, ApiError> {
    access.require_somewhere(Right::Audit)?;
    let most = usize::from(query.limit.unwrap_or(0)).min(MOST);
    let most = if most == 0 { PAGE } else { most };
    let (names, tokens) = (app.team.names()?, app.team.token_labels()?);
    let mut page = AuditPage { entries: Vec::new(), next: None };
    let lines = app.engine.audit(query.before.unwrap_or(u64::MAX));
    for (looked, line) in lines.enumerate() {
        let (line, hash) = line?;
        if page.entries.len() == most || looked == LOOKED_AT {
            page.next = Some(line.n + 1);
            break;
        }
        if !query.wants(&line) || !access.allows(Right::Audit, line.brand.as_ref()) {
            continue;
        }
        page.entries.push(entry(line, hash, &names, &tokens));
    }
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(page)).into_response())
}

fn entry(
    line: AuditLine,
    hash: Hash,
    names: &BTreeMap<String, String>,
    tokens: &BTreeMap<PublicId, String>,
) -> AuditEntry {
    let AuditLine { n, at, actor, token, action, brand, subject, detail, .. } = line;
    AuditEntry {
        n,
        at: Timestamp(at),
        actor_name: names.get(&actor).cloned(),
        actor,
        token_label: token.and_then(|token| tokens.get(&token).cloned()),
        token,
        action,
        brand,
        subject,
        detail,
        hash: hash.to_hex(),
    }
}
