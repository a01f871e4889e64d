//! Which problems can a route answer? The same few for every read and every write of the team's side, said once for the
//! OpenAPI document.

use std::collections::BTreeMap;

use fanfare_shared::wire::problem::Slug;
use utoipa::IntoResponses;
use utoipa::openapi::response::Response;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};

/// What a read that is not for everybody can answer.
pub(super) struct ReadProblems;
/// What a write that is not for everybody can answer.
pub(super) struct WriteProblems;

impl IntoResponses for ReadProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        described(&[Slug::BadParameter, Slug::Unauthorized, Slug::Forbidden, Slug::NotFound])
    }
}

impl IntoResponses for WriteProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        described(&[
            Slug::MalformedBody,
            Slug::Unauthorized,
            Slug::Forbidden,
            Slug::NotFound,
            Slug::TooSlow,
            Slug::ChangedMeanwhile,
            Slug::TooLarge,
            Slug::UnsupportedMediaType,
            Slug::Refused,
            Slug::RateLimited,
            Slug::NotReady,
        ])
    }
}

/// One answer for each status, named after a problem that has it.
fn described(slugs: &[Slug]) -> BTreeMap<String, RefOr<Response>> {
    let problem = || ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let answers = slugs.iter().map(|slug| {
        let response =
            ResponseBuilder::new().description(slug.title()).content("application/problem+json", problem());
        (slug.status().to_string(), RefOr::T(response.build()))
    });
    answers.collect()
}
