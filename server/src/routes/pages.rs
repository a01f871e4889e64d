//! Pages that belong to no campaign: the server's own front, and the documents that errors and receipts point to.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, html};

use super::http::told;
use crate::app::App;
use crate::assets;
use crate::error::ApiError;

/// The documents served, by the last part of their address.
const DOCS: [(&str, &str, &str); 6] = [
    ("api", "API", include_str!("../../../docs/API.md")),
    ("operate", "Operate", include_str!("../../../docs/OPERATE.md")),
    ("errors", "Errors", include_str!("../../../docs/errors.md")),
    ("protocol", "Protocol", include_str!("../../../docs/PROTOCOL.md")),
    ("verify", "Verify", include_str!("../../../docs/VERIFY.md")),
    ("embed", "Embed", include_str!("../../../docs/EMBED.md")),
];

/// `/`: what this server is, and what it serves.
pub(super) async fn home(State(app): State<App>) -> Response {
    let campaigns: String = app
        .engine
        .campaigns()
        .iter()
        .filter_map(|id| app.engine.campaign(id))
        // Where the store cannot be read, what is here already is shown all the same.
        .filter(|campaign| !app.is_archived(&campaign.campaign.campaign).unwrap_or(false))
        .map(|campaign| {
            let document = &campaign.campaign;
            let lang = document.languages.first().map_or("en", String::as_str);
            format!(
                "<li><a href=\"/c/{}\">{}</a>, {}</li>",
                document.campaign,
                escape(document.title.get(lang)),
                escape(&document.brand_name)
            )
        })
        .collect();
    let documents: String = DOCS
        .iter()
        .map(|(name, title, _)| format!("<li><a href=\"/docs/{name}\">{title}</a></li>"))
        .collect();
    let body = format!(
        "<h1>Fanfare</h1><p>Polls that anybody can check. Each answer stands in a public \
         log.</p><h2>Campaigns</h2><ul>{campaigns}</ul><h2>For developers and verifiers</h2><ul>{documents}\
         <li><a href=\"/openapi.json\">API (OpenAPI)</a></li></ul>"
    );
    page(&app, "Campaigns", &body)
}

/// `/favicon.ico`, which browsers ask for unasked.
pub(super) async fn icon() -> impl IntoResponse {
    let kept = "public, max-age=86400";
    ([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, kept)], include_str!("icon.svg"))
}

/// `/docs/{page}`
pub(super) async fn docs(State(app): State<App>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    // Documents name each other by their files.
    let name = name.trim_end_matches(".md").to_ascii_lowercase();
    let found = DOCS.iter().find(|(known, ..)| *known == name);
    let Some((_, title, text)) = found else { return told(&app, &headers, ApiError::not_found("document")) };
    let mut body = String::new();
    html::push_html(&mut body, anchored(text).into_iter());
    page(&app, title, &body)
}

/// The document's events, second-level headings with their text as anchor: an error's type leads to its paragraph.
fn anchored(text: &str) -> Vec<Event<'_>> {
    let mut events: Vec<Event<'_>> = Parser::new_ext(text, Options::ENABLE_TABLES).collect();
    let mut heading = None;
    for i in 0..events.len() {
        match events.get(i) {
            Some(Event::Start(Tag::Heading { level: HeadingLevel::H2, .. })) => heading = Some(i),
            Some(Event::Text(text) | Event::Code(text)) => {
                let anchor: String = text.to_lowercase().replace(' ', "-");
                if let Some(at) = heading.take()
                    && let Some(Event::Start(Tag::Heading { id, .. })) = events.get_mut(at)
                {
                    *id = Some(CowStr::from(anchor));
                }
            }
            _ => {}
        }
    }
    events
}

fn page(app: &App, title: &str, body: &str) -> Response {
    let styles: String = ["widget.css", "hosted.css"]
        .into_iter()
        .filter_map(assets::logical)
        .map(|asset| {
            format!("<link rel=\"stylesheet\" href=\"{}\">", app.url.join(&format!("/assets/{}", asset.name)))
        })
        .collect();
    let document = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{title} · Fanfare</title>\
         {styles}</head><body class=\"ff-doc\"><main>{body}</main></body></html>"
    );
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(document)).into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_shared::wire::problem::Slug;

    #[test]
    fn every_error_is_explained_under_its_own_anchor() {
        let mut page = String::new();
        html::push_html(&mut page, anchored(include_str!("../../../docs/errors.md")).into_iter());
        for slug in Slug::ALL {
            assert!(
                page.contains(&format!("<h2 id=\"{}\">", slug.name())),
                "docs/errors.md lacks {}",
                slug.name()
            );
        }
    }
}
