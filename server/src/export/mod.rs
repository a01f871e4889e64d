//! How does a table leave the house? Row by row, as CSV, JSON or a workbook: a million rows need no more memory than one.
//!
//! Deliberately absent: what is in the table, and who may have it.

mod sink;

use std::io::{self, Seek, SeekFrom, Write};

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use fanfare_shared::wire::problem::Slug;
use rust_xlsxwriter::{Format as Style, Workbook, Worksheet, XlsxError};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::Semaphore;

use crate::error::ApiError;
use sink::Sink;

/// The forms a table can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Comma-separated, UTF-8, with a byte order mark, so that spreadsheets read it rightly.
    #[default]
    Csv,
    /// An array of objects.
    Json,
    /// An Office Open XML workbook.
    Xlsx,
}

impl Format {
    /// Without parameters.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Json => "application/json",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json | Self::Xlsx => self.media_type(),
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
        }
    }
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A text.
    Text(String),
    /// A number.
    Number(u64),
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u64> for Cell {
    fn from(n: u64) -> Self {
        Self::Number(n)
    }
}

/// Takes rows. An error ends the table.
pub type Rows<'a> = dyn FnMut(Vec<Cell>) -> io::Result<()> + 'a;

/// Rows of one sheet (of 1,048,576, ECMA-376); the header is one.
const SHEET: u32 = 1_048_576;

/// Exports at once: each holds a thread for as long as its reader takes.
static TURNS: Semaphore = Semaphore::const_new(4);

/// The answer that carries a table. `fill` is called on a thread of its own and may take as long as it needs.
///
/// # Errors
/// Too many are under way.
pub fn table(
    name: &str,
    format: Format,
    columns: Vec<String>,
    fill: impl FnOnce(&mut Rows<'_>) -> io::Result<()> + Send + 'static,
) -> Result<Response, ApiError> {
    let turn = TURNS
        .try_acquire()
        .map_err(|_| ApiError::new(Slug::Busy, "Other exports are under way. Try again in a moment."))?;
    let (sink, body) = Sink::new();
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let failed = sink.broken();
        let written = match format {
            Format::Csv => csv(sink, &columns, fill),
            Format::Json => json(sink, &columns, fill),
            Format::Xlsx => xlsx(sink, &columns, fill),
        };
        if let Err(error) = written {
            // Whoever reads it sees the connection break off: half a table must not look like a whole one.
            failed.tell(&error);
        }
    });
    let file = format!("attachment; filename=\"{name}.{}\"", format.extension());
    let headers = [
        (header::CONTENT_TYPE, format.content_type().to_owned()),
        (header::CONTENT_DISPOSITION, file),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}

/// What a spreadsheet would take for a formula becomes a text.
fn defused(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

fn csv(
    mut sink: Sink,
    columns: &[String],
    fill: impl FnOnce(&mut Rows<'_>) -> io::Result<()>,
) -> io::Result<()> {
    sink.write_all("\u{feff}".as_bytes())?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(sink);
    writer.write_record(columns.iter().map(|column| defused(column)))?;
    fill(&mut |row| {
        let texts = row.into_iter().map(|cell| match cell {
            Cell::Text(text) => defused(&text),
            Cell::Number(n) => n.to_string(),
        });
        Ok(writer.write_record(texts)?)
    })?;
    writer.into_inner().map_err(csv::IntoInnerError::into_error)?.flush()
}

fn json(
    mut sink: Sink,
    columns: &[String],
    fill: impl FnOnce(&mut Rows<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let mut before = "[\n";
    fill(&mut |row| {
        let values = row.into_iter().map(|cell| match cell {
            Cell::Text(text) => Value::from(text),
            Cell::Number(n) => Value::from(n),
        });
        let object: Map<String, Value> = columns.iter().cloned().zip(values).collect();
        sink.write_all(before.as_bytes())?;
        before = ",\n";
        serde_json::to_writer(&mut sink, &object).map_err(io::Error::from)
    })?;
    let end: &[u8] = if before == "[\n" { b"[]\n" } else { b"\n]\n" };
    sink.write_all(end)?;
    sink.flush()
}

fn xlsx(
    mut sink: Sink,
    columns: &[String],
    fill: impl FnOnce(&mut Rows<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let mut workbook = Workbook::new();
    let bold = Style::new().set_bold();
    let mut sheet = begun(&mut workbook, columns, &bold).map_err(io::Error::other)?;
    let mut at = 1;
    fill(&mut |row| {
        if at == SHEET {
            sheet = begun(&mut workbook, columns, &bold).map_err(io::Error::other)?;
            at = 1;
        }
        let sheet = workbook.worksheet_from_index(sheet).map_err(io::Error::other)?;
        write_row(sheet, at, row).map_err(io::Error::other)?;
        at += 1;
        Ok(())
    })?;
    // A workbook is packed with its parts' sizes in front, so it is made in a file first.
    let mut file = tempfile::tempfile()?;
    workbook.save_to_writer(&mut file).map_err(io::Error::other)?;
    file.seek(SeekFrom::Start(0))?;
    io::copy(&mut file, &mut sink)?;
    sink.flush()
}

/// A new sheet with its header; gives its index.
fn begun(workbook: &mut Workbook, columns: &[String], bold: &Style) -> Result<usize, XlsxError> {
    let index = workbook.worksheets().len();
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    for (column, name) in (0..).zip(columns) {
        sheet.write_string_with_format(0, column, name, bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(index)
}

fn write_row(sheet: &mut Worksheet, at: u32, row: Vec<Cell>) -> Result<(), XlsxError> {
    for (column, cell) in (0..).zip(row) {
        match cell {
            // As a string it is never a formula.
            Cell::Text(text) => sheet.write_string(at, column, text)?,
            #[expect(
                clippy::cast_precision_loss,
                reason = "a workbook's numbers are doubles; a count is below 2^53"
            )]
            Cell::Number(n) => sheet.write_number(at, column, n as f64)?,
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn written(format: Format, rows: Vec<Vec<Cell>>) -> Vec<u8> {
        let response = table("t", format, vec!["name".into(), "n".into()], move |take| {
            rows.into_iter().try_for_each(take)
        })
        .unwrap();
        axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()
    }

    #[tokio::test]
    async fn formulas_are_defused_and_commas_quoted() {
        let rows = vec![
            vec!["=1+1".into(), 1.into()],
            vec!["a, \"b\"\nc".into(), 2.into()],
            vec!["@SUM(A1)".into(), 3.into()],
            vec!["-2".into(), 4.into()],
        ];
        let csv = String::from_utf8(written(Format::Csv, rows).await).unwrap();
        assert_eq!(csv, "\u{feff}name,n\r\n'=1+1,1\r\n\"a, \"\"b\"\"\nc\",2\r\n'@SUM(A1),3\r\n'-2,4\r\n");
    }

    #[tokio::test]
    async fn json_is_an_array_even_of_nothing() {
        let none: Value = serde_json::from_slice(&written(Format::Json, Vec::new()).await).unwrap();
        assert_eq!(none, serde_json::json!([]));
        let rows = vec![vec!["=a".into(), 1.into()], vec!["b".into(), 2.into()]];
        let two: Value = serde_json::from_slice(&written(Format::Json, rows).await).unwrap();
        assert_eq!(two, serde_json::json!([{"name": "=a", "n": 1}, {"name": "b", "n": 2}]));
    }

    #[tokio::test]
    async fn a_workbook_begins_as_one() {
        let bytes = written(Format::Xlsx, vec![vec!["a".into(), 1.into()]]).await;
        assert!(bytes.starts_with(b"PK") && bytes.len() > 1000, "{}", bytes.len());
    }

    #[tokio::test]
    async fn half_a_table_breaks_off() {
        let response = table("t", Format::Csv, vec!["n".into()], |take| {
            (0..100_000u64).try_for_each(|n| take(vec![n.into()]))?;
            Err(io::Error::other("the store could not be read"))
        })
        .unwrap();
        assert!(axum::body::to_bytes(response.into_body(), usize::MAX).await.is_err());
    }
}
