//! `…/export`: what the team may take out of the house, as CSV, JSON or a workbook.

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use fanfare_shared::team::Right;
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::measure::MeasureDay;
use serde::Deserialize;
use utoipa::openapi::response::Response as OpenApiResponse;
use utoipa::openapi::{ContentBuilder, RefOr, ResponseBuilder};
use utoipa::{IntoResponses, PartialSchema};

use super::access::Access;
use super::measure::{MeasureQuery, measured};
use super::problems::ReadProblems;
use crate::app::App;
use crate::engine::{ActLine, AuditNote, TeamProposal};
use crate::error::ApiError;
use crate::export::{Cell, Format, table};
use crate::localize;
use crate::team::TeamFault;

/// A table in the form that was asked for, as the OpenAPI document says it.
struct TableReply;

impl IntoResponses for TableReply {
    fn responses() -> BTreeMap<String, RefOr<OpenApiResponse>> {
        let form = |schema| ContentBuilder::new().schema(Some(schema)).build();
        let response = ResponseBuilder::new()
            .description("The table")
            .content(Format::Csv.media_type(), form(String::schema()))
            .content(Format::Json.media_type(), form(utoipa::schema!(Vec<serde_json::Value>).into()))
            .content(Format::Xlsx.media_type(), form(Vec::<u8>::schema()));
        [("200".to_owned(), RefOr::T(response.build()))].into()
    }
}

/// In which form.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    /// `csv`, `json` or `xlsx`.
    #[serde(default)]
    #[param(inline)]
    format: Format,
}

/// A moment as spreadsheets and programs read it: RFC 3339.
fn written(at: Timestamp) -> Cell {
    let moment = i64::try_from(at.0).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    moment.map_or_else(String::new, |moment| moment.to_string()).into()
}

fn columns(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Export the answers
///
/// Every ballot and withdrawal in the log's order, with the holder's tag and no name; option ids as in the document, free text as it was
/// written and empty where its writer was erased. Streamed: a million rows need no memory of their own. The audit log remembers who took them.
#[utoipa::path(
    get, path = "/api/v1/activities/{id}/export", tag = "results", security(("session" = []), ("token" = [])),
    params(("id" = String, Path, description = "The activity", example = "svxf4gt2yvqr2g2edjnppks6ky"), ExportQuery),
    responses(
        TableReply,
        ReadProblems,
    )
)]
pub(super) async fn answers(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
    Query(query): Query<ExportQuery>,
) -> Result<Response, ApiError> {
    access.require_somewhere(Right::Export)?;
    let activity = app.activity(&id)?;
    access.require(Right::Export, Some(&activity.brand))?;
    let note = AuditNote::new(access.actor, "answers.exported", activity.id.to_string())
        .within(activity.brand.clone());
    app.engine.change_team(TeamProposal::default().noted(note)).await.map_err(TeamFault::Store)?;
    let mut columns = columns(&["index", "at", "holder", "revision", "standing"]);
    columns.extend(activity.definition.questions.iter().map(|question| format!("answer.{}", question.id)));
    let (engine, name) = (app.engine.clone(), format!("{}-{}", activity.campaign, activity.name));
    let questions = activity.definition.questions.len();
    table(&name, query.format, columns, move |take| {
        let mut failed = Ok(());
        engine
            .each_act(&activity.id, |act| match take(row(act, questions)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failed = Err(error);
                    ControlFlow::Break(())
                }
            })
            .map_err(io::Error::other)?;
        failed
    })
}

fn row(act: ActLine, questions: usize) -> Vec<Cell> {
    let ActLine { index, at, holder, revision, standing, mut answers } = act;
    answers.resize(questions, String::new());
    let mut cells = vec![index.into(), written(at), holder.to_hex().into(), revision.into(), standing.into()];
    cells.extend(answers.into_iter().map(Cell::from));
    cells
}

/// Export the results
///
/// The count of each option, as the tally has it, with its words in the campaign's first language.
#[utoipa::path(
    get, path = "/api/v1/activities/{id}/tally/export", tag = "results", security(("session" = []), ("token" = [])),
    params(("id" = String, Path, description = "The activity", example = "svxf4gt2yvqr2g2edjnppks6ky"), ExportQuery),
    responses(
        TableReply,
        ReadProblems,
    )
)]
pub(super) async fn results(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
    Query(query): Query<ExportQuery>,
) -> Result<Response, ApiError> {
    let activity = app.activity(&id)?;
    access.require(Right::Figures, Some(&activity.brand))?;
    let tally = app.engine.tally(&activity.id).ok_or_else(|| ApiError::not_found("activity"))?;
    let name = format!("{}-{}-results", activity.campaign, activity.name);
    let lang = activity.definition.languages.first().map_or("", String::as_str);
    // A tally has the questions and options of its definition, in the same order.
    let asked: Vec<_> =
        activity.definition.questions.iter().map(|asked| localize::question(asked, lang)).collect();
    let columns =
        columns(&["question", "question_text", "option", "option_text", "count", "percent", "answered"]);
    table(&name, query.format, columns, move |take| {
        for (question, asked) in tally.questions.iter().zip(asked) {
            let mut line = |option: &str, text: &str, count: u64| {
                take(vec![
                    question.id.as_str().into(),
                    asked.text.as_str().into(),
                    option.into(),
                    text.into(),
                    count.into(),
                    question.percent(count).into(),
                    question.answered.into(),
                ])
            };
            if question.options.is_empty() {
                // Free text: nothing is counted but how many wrote.
                line("", "", question.answered)?;
            }
            for (option, asked) in question.options.iter().zip(&asked.options) {
                line(option.id.as_str(), &asked.text, option.count)?;
            }
        }
        Ok(())
    })
}

/// Export the reach
///
/// Day by day, as `…/measure` has it.
#[utoipa::path(
    get, path = "/api/v1/campaigns/{campaign}/measure/export", tag = "results", security(("session" = []), ("token" = [])),
    params(("campaign" = String, Path, description = "The campaign", example = "aurora"), MeasureQuery),
    responses(
        TableReply,
        ReadProblems,
    )
)]
pub(super) async fn reach(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
    Query(query): Query<MeasureQuery>,
) -> Result<Response, ApiError> {
    let measure = measured(&app, &access, &id, &query)?;
    let name = format!("{}-reach", measure.campaign);
    let columns = columns(&["date", "shown", "started", "finished", "receipts", "conversions", "won"]);
    table(&name, query.format, columns, move |take| {
        measure.days.into_iter().try_for_each(|MeasureDay { date, reach, conversions, won }| {
            let counts = [reach.shown, reach.started, reach.finished, reach.receipts, conversions, won];
            take(std::iter::once(Cell::Text(date)).chain(counts.map(Cell::Number)).collect())
        })
    })
}

/// Export the audit log
///
/// All of it that the one who asks may read, the newest first.
#[utoipa::path(
    get, path = "/api/v1/audit/export", tag = "team", security(("session" = []), ("token" = [])),
    params(ExportQuery),
    responses(
        TableReply,
        ReadProblems,
    )
)]
pub(super) async fn audit(
    State(app): State<App>,
    access: Access,
    Query(query): Query<ExportQuery>,
) -> Result<Response, ApiError> {
    access.require_somewhere(Right::Audit)?;
    let names = app.team.names()?;
    let engine = app.engine.clone();
    let columns =
        columns(&["n", "at", "actor", "actor_name", "action", "brand", "subject", "detail", "prev", "hash"]);
    table("audit", query.format, columns, move |take| {
        for line in engine.audit(u64::MAX) {
            let (line, hash) = line.map_err(io::Error::other)?;
            if !access.allows(Right::Audit, line.brand.as_ref()) {
                continue;
            }
            take(vec![
                line.n.into(),
                written(Timestamp(line.at)),
                line.actor.as_str().into(),
                names.get(&line.actor).cloned().unwrap_or_default().into(),
                line.action.into(),
                line.brand.map_or_else(String::new, String::from).into(),
                line.subject.into(),
                line.detail.into(),
                line.prev.to_hex().into(),
                hash.to_hex().into(),
            ])?;
        }
        Ok(())
    })
}
