//! What can be done with a campaign: write its next version, copy it, take it out as a file, put it away.

use std::pin::Pin;

use fanfare_shared::campaign::Campaign;
use fanfare_shared::team::Right;
use fanfare_shared::time::State;
use fanfare_shared::wire::draft::{Draft, NewDraft};
use fanfare_shared::wire::overview::{Archive, CampaignSummary};
use gloo::net::http::Method;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;

use super::builder::files::export;
use super::campaigns::{known_campaigns, names};
use crate::api::{Answer, Api, Fault, api};
use crate::draft::change::duplicate;
use crate::parts::announce::announcer;
use crate::parts::dialog::Dialog;
use crate::parts::menu::Menu;
use crate::pieces;
use crate::session::session;
use crate::words::words;

/// What becomes of the document in force.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    Duplicate,
    Export,
}

/// Does it, in the piece that knows documents: the list of campaigns shows none. The draft's address, if one
/// was made.
pub(crate) fn used(
    api: Api,
    base: String,
    wanted: Use,
    taken: Vec<String>,
) -> Pin<Box<dyn Future<Output = Answer<Option<String>>>>> {
    Box::pin(async move {
        let document: Campaign = api.get(&[&base, "/document"].concat()).await?;
        let document = match wanted {
            Use::Export => {
                export(&document);
                return Ok(None);
            }
            Use::Duplicate => duplicate(document, |name| taken.iter().any(|it| it == name)),
        };
        let body = NewDraft { document: serde_json::to_value(document).unwrap_or_default() };
        let draft: Draft = api.post("/api/v1/drafts", &body).await?;
        Ok(Some(["/drafts/", &draft.summary.id.to_hex()].concat()))
    })
}

/// Whether a campaign may be put away or brought back: what still takes answers, or will, stays in view.
fn movable(campaign: &CampaignSummary) -> bool {
    campaign.archived || campaign.activities.iter().all(|activity| activity.state == State::Closed)
}

/// The menu; nothing for those who may not change the campaign.
#[component]
pub(crate) fn CampaignMenu(
    campaign: CampaignSummary,
    /// Whether writing the next version stands beside the menu too.
    #[prop(optional)]
    edit: bool,
) -> impl IntoView {
    let (words, api, session, announcer) = (words(), api(), session(), announcer());
    if !untrack(|| session.may(Right::Edit, Some(&campaign.brand))) {
        return ().into_any();
    }
    let navigate = StoredValue::new_local(use_navigate());
    let list = known_campaigns();
    let fault = RwSignal::new(None::<Fault>);
    let failed = RwSignal::new(false);
    let tell = move |answer: Fault| {
        fault.try_set(Some(answer));
        failed.try_set(true);
    };
    let base = StoredValue::new(["/api/v1/campaigns/", campaign.campaign.as_str()].concat());
    let with = move |wanted: Use| {
        spawn_local(async move {
            match pieces::used(api, base.get_value(), wanted, names(list)).await {
                Ok(Some(draft)) => {
                    navigate.try_with_value(|go| go(&draft, Default::default()));
                }
                Ok(None) => {}
                Err(fault) => tell(fault),
            }
        });
    };
    let archived = campaign.archived;
    let put = move |_| {
        spawn_local(async move {
            let address = [&base.get_value(), "/archived"].concat();
            match api.done(Method::PUT, &address, &Archive { archived: !archived }).await {
                Ok(()) => {
                    let said = if archived { "campaign.restored.said" } else { "campaign.archived.said" };
                    announcer.say(words.t(said));
                    list.again();
                }
                Err(fault) => tell(fault),
            }
        });
    };
    let key = if archived { "campaign.restore" } else { "campaign.archive" };
    let movable = movable(&campaign);
    let label = words.fill("campaign.more", &[("title", campaign.title.get(words.lang.tag()))]);
    let writing = StoredValue::new(["/console/campaigns/", campaign.campaign.as_str(), "/edit"].concat());
    let beside =
        edit.then(|| view! { <a class="btn" href=writing.get_value()>{words.t("campaign.edit")}</a> });
    view! {
        {beside}
        <Menu label>
            <a href=writing.get_value()>{words.t("campaign.edit")}</a>
            <button type="button" on:click=move |_| with(Use::Duplicate)>{words.t("campaign.duplicate")}</button>
            <button type="button" on:click=move |_| with(Use::Export)>{words.t("export")}</button>
            {movable.then(|| view! { <button type="button" on:click=put>{words.t(key)}</button> })}
        </Menu>
        <Dialog open=failed title=words.t("fault.title")>
            <p>{move || fault.get().map(|fault| fault.text(words))}</p>
            <div class="acts">
                <button type="button" class="btn" on:click=move |_| failed.set(false)>{words.t("close")}</button>
            </div>
        </Dialog>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::movable;
    use crate::pages::campaigns::tests::campaign;

    #[test]
    fn what_still_takes_answers_is_not_put_away() {
        assert!(movable(&campaign("a", "a", &[("closed", 0, 5, None)])));
        assert!(!movable(&campaign("a", "a", &[("closed", 0, 5, None), ("scheduled", 9, 0, None)])));
    }
}
