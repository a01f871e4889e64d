//! The contents page: every address of the server, one line each, grouped by who uses it.

mod access;
mod acts;
mod assets;
mod audit;
mod campaigns;
mod code;
mod console;
mod contact;
mod drafts;
mod draw_page;
mod draws;
mod export;
mod health;
mod hosted;
mod http;
mod install;
mod intake;
mod live;
mod log;
mod mail;
mod me;
mod measure;
mod messages;
mod oidc;
mod openapi;
mod operate;
mod overview;
mod pages;
mod participants;
mod passkeys;
mod problems;
mod queue;
mod receipts;
mod session;
mod sign_in;
// Public for `fuzz/` alone: what strangers send is read here.
pub mod submission;
mod tally;
mod team;

use axum::Router;
use axum::routing::{MethodRouter, get, post};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::config::Config;
use crate::telemetry::requests::Routes;

/// The public API, each route with its documentation.
fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::base())
        // The widget and developers.
        .routes(routes!(campaigns::bootstrap, campaigns::apply))
        .routes(routes!(acts::create))
        .routes(routes!(tally::read))
        .routes(routes!(measure::report))
        .routes(routes!(receipts::read))
        .routes(routes!(live::stream))
        // A participant about themselves.
        .routes(routes!(participants::acts))
        .routes(routes!(participants::export))
        .routes(routes!(participants::erase))
        .routes(routes!(messages::create))
        // Those who make campaigns.
        .routes(routes!(overview::list))
        .routes(routes!(overview::document))
        .routes(routes!(overview::archive))
        .routes(routes!(drafts::list, drafts::begin))
        .routes(routes!(drafts::read, drafts::change))
        .routes(routes!(drafts::discard))
        .routes(routes!(drafts::publish))
        .routes(routes!(install::check))
        .routes(routes!(measure::read))
        .routes(routes!(measure::set_cost))
        .routes(routes!(draws::winners))
        .routes(routes!(draws::bring))
        .routes(routes!(export::answers))
        .routes(routes!(export::results))
        .routes(routes!(export::reach))
        // What waits for a person.
        .routes(routes!(queue::list))
        .routes(routes!(queue::read, queue::change))
        .routes(routes!(queue::lay_aside))
        .routes(routes!(queue::forget))
        .routes(routes!(queue::desk, queue::set_desk))
        // The team: who they are, and who did what.
        .routes(routes!(session::read, session::create, session::delete))
        .routes(routes!(me::change))
        .routes(routes!(me::sessions))
        .routes(routes!(me::end_session))
        .routes(routes!(me::preferences, me::prefer))
        .routes(routes!(me::tokens, me::make_token))
        .routes(routes!(me::revoke_token))
        .routes(routes!(me::offer_authenticator, me::set_authenticator))
        .routes(routes!(me::remove_authenticator))
        .routes(routes!(me::renew_recovery_codes))
        .routes(routes!(passkeys::list, passkeys::add))
        .routes(routes!(passkeys::offer))
        .routes(routes!(passkeys::remove))
        .routes(routes!(passkeys::offer_sign_in))
        .routes(routes!(passkeys::sign_in))
        .routes(routes!(team::list, team::join))
        .routes(routes!(team::set_grants))
        .routes(routes!(team::part))
        .routes(routes!(team::reset))
        .routes(routes!(team::take_password))
        .routes(routes!(team::lost_password))
        .routes(routes!(team::invite))
        .routes(routes!(team::open))
        .routes(routes!(team::cancel))
        .routes(routes!(audit::read))
        .routes(routes!(export::audit))
        // Verifiers.
        .routes(routes!(log::checkpoint))
        .routes(routes!(log::tile))
        .routes(routes!(log::document))
        .routes(routes!(log::openings))
        .routes(routes!(log::bundle))
        .routes(routes!(draws::certificate))
        .routes(routes!(draws::bundle))
        .routes(routes!(log::registry_checkpoint))
        .routes(routes!(log::registry_tile))
        .routes(routes!(log::key))
        // Operators.
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(operate::read))
        .routes(routes!(mail::list))
        .routes(routes!(mail::open))
        .routes(routes!(mail::retry))
        .routes(routes!(mail::discard))
}

/// Pages and files for browsers.
fn pages() -> [(&'static str, MethodRouter<App>); 22] {
    [
        ("/", get(pages::home)),
        ("/favicon.ico", get(pages::icon)),
        ("/f.js", get(assets::loader)),
        ("/assets/{name}", get(assets::file)),
        ("/c/{campaign}", get(hosted::page)),
        ("/c/{campaign}/code.svg", get(code::svg)),
        ("/c/{campaign}/you", post(hosted::you)),
        ("/c/{campaign}/contact", get(contact::form)),
        ("/d/{contest}", get(draw_page::page)),
        ("/m/{token}", get(contact::talk).post(contact::act)),
        ("/letters/{token}", get(contact::letters).post(contact::end_letters)),
        ("/console", get(console::shell)),
        ("/console/sign-in", post(sign_in::take)),
        ("/console/lost", get(sign_in::lost).post(sign_in::take_lost)),
        ("/console/oidc", get(oidc::go)),
        ("/console/oidc/back", get(oidc::back)),
        ("/console/preview/{draft}", get(console::preview)),
        ("/console/preview/campaigns/{campaign}", get(console::preview_in_force)),
        ("/console/{*page}", get(console::shell)),
        ("/verify", get(draw_page::verify)),
        ("/docs/{page}", get(pages::docs)),
        ("/openapi.json", get(openapi::document)),
    ]
}

/// The OpenAPI document of a server reached by https or not, as JSON with two spaces.
#[must_use]
pub fn openapi_json(https: bool) -> String {
    let document = openapi::with_cookie(api().into_openapi(), access::name(https));
    openapi::written(openapi::with_request_ids(document))
}

/// The whole server as a service.
pub fn router(app: App, config: &Config) -> Router {
    let (api, document) = api().split_for_parts();
    let templates = document.paths.paths.into_keys().chain(pages().map(|(path, _)| path.to_owned()));
    let watched = Routes::new(&app.engine, templates);
    let routes = pages()
        .into_iter()
        .fold(api, |routes, (path, page)| routes.route(path, page))
        .fallback(http::not_found)
        .method_not_allowed_fallback(http::method_not_allowed);
    http::framed(routes, watched, config, &app).with_state(app)
}
