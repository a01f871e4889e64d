//! Ending a poll before its time, from the page where it is watched: what that means is said first, and asked once.

use fanfare_shared::campaign::{Campaign, Results};
use fanfare_shared::ids::ActivityId;
use fanfare_shared::wire::overview::ActivitySummary;
use gloo::net::http::Method;
use leptos::prelude::*;

use crate::api::{Answer, Api, api};
use crate::form::Form;
use crate::pages::campaigns::known_campaigns;
use crate::parts::announce::announcer;
use crate::parts::button::FormTrouble;
use crate::parts::dialog::Dialog;
use crate::words::words;

/// The button, and the question behind it.
#[component]
pub(super) fn End(campaign: String, activity: ActivitySummary) -> impl IntoView {
    let (words, api, announcer, form) = (words(), api(), announcer(), Form::new());
    let list = known_campaigns();
    let open = RwSignal::new(false);
    let (campaign, id) = (StoredValue::new(campaign), StoredValue::new(activity.id));
    let end = move |_| {
        form.send(ended(api, campaign.get_value(), id.get_value()), move |()| {
            open.set(false);
            announcer.say(words.t("end.done"));
            // What the page says of the campaign is drawn anew by it, and takes the focus.
            list.again();
        });
    };
    let busy = move || form.busy.get().then_some("true");
    let published = activity.results == Results::Close;
    view! {
        <button type="button" class="btn" on:click=move |_| open.set(true)>{words.t("end")}</button>
        <Dialog open title=words.t("end.title")>
            <p>{words.t("end.text")}</p>
            {published.then(|| view! { <p>{words.t("end.published")}</p> })}
            <FormTrouble form />
            <div class="acts">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{words.t("end.keep")}</button>
                <button type="button" class="btn grave" aria-busy=busy on:click=end>{words.t("end.go")}</button>
            </div>
        </Dialog>
    }
}

/// Brings the document in once more, as it is in force at this moment and with this activity ended.
async fn ended(api: Api, campaign: String, activity: ActivityId) -> Answer<()> {
    let address = ["/api/v1/campaigns/", &campaign].concat();
    let mut document: Campaign = api.get(&[&address, "/document"].concat()).await?;
    end(&mut document, &activity);
    api.done(Method::PUT, &address, &document).await
}

fn end(document: &mut Campaign, id: &ActivityId) {
    for activity in &mut document.activities {
        activity.ended |= activity.id.as_ref() == Some(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::template::tests::sample;

    #[test]
    fn one_activity_is_ended_and_everything_else_stays() {
        let id: ActivityId = "a".repeat(26).parse().unwrap();
        let mut before = sample();
        before.activities[0].id = Some(id.clone());
        let mut other = before.activities[0].clone();
        (other.name, other.id) = ("other".parse().unwrap(), None);
        before.activities.push(other);
        let mut after = before.clone();
        end(&mut after, &id);
        assert_eq!(after.activities.iter().map(|it| it.ended).collect::<Vec<_>>(), [true, false]);
        after.activities[0].ended = false;
        assert_eq!(after, before);
    }
}
