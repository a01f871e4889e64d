//! What does a campaign bring? Key figures, days, the way from shown to receipt, where visitors come from, and the
//! money; counted again while somebody looks.

mod breakdowns;
mod days;
mod lost;
mod money;
mod picker;
mod range;
mod service;
mod sums;

use std::time::Duration;

use fanfare_shared::team::Right;
use fanfare_shared::wire::measure::Measure as Reach;
use fanfare_shared::wire::overview::CampaignSummary;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::breakdowns::Breakdowns;
use self::days::Days;
use self::lost::{Lost, Way};
use self::money::Brought;
use self::range::Range;
use super::campaign::{CampaignPage, Tab};
use crate::api::{Answer, Read, api};
use crate::browser;
use crate::parts::empty::Empty;
use crate::parts::export::Exports;
use crate::parts::figures::Figures;
use crate::parts::load::{Skeleton, Trouble};
use crate::session::session;
use crate::words::words;

/// How often it is counted again while somebody looks.
const AGAIN: Duration = Duration::from_secs(10);

/// The page.
#[component]
pub(crate) fn Measure() -> impl IntoView {
    view! { <CampaignPage tab=Tab::Measure content=measure /> }
}

/// What was counted, as it is known. Free to copy into every closure.
#[derive(Clone, Copy)]
struct Data {
    known: Memo<Option<Answer<Reach>>>,
    read: Read<Reach>,
}

impl Data {
    /// Looks at it; nothing before there is something.
    fn with<T: Default>(self, look: impl FnOnce(&Reach) -> T) -> T {
        self.known.with(|known| if let Some(Ok(reach)) = known { look(reach) } else { T::default() })
    }

    fn again(self) {
        self.read.again();
    }
}

/// Which days are looked at, and which of them is the last by the campaign's own calendar.
#[derive(Clone, Copy)]
struct Looked {
    range: Memo<Range>,
    today: RwSignal<u32>,
}

fn measure(campaign: CampaignSummary) -> AnyView {
    let (words, session) = (words(), session());
    if !untrack(|| session.may(Right::Figures, Some(&campaign.brand))) {
        return view! { <p class="note">{words.t("forbidden.text")}</p> }.into_any();
    }
    let query = use_query_map();
    let range = Memo::new(move |_| {
        query.with(|query| Range::of(query.get_str("days"), query.get_str("from"), query.get_str("to")))
    });
    // Right but around midnight, where the campaign's calendar is another day: its first answer tells.
    let today = RwSignal::new(u32::try_from(browser::now().0 / 86_400).unwrap_or_default());
    let looked = Looked { range, today };
    let base = ["/api/v1/campaigns/", campaign.campaign.as_str(), "/measure"].concat();
    let address = base.clone();
    let read = api().read::<Reach>(move || [&address, range.get().asked(today.get()).as_str()].concat());
    let data = Data { known: read.kept(), read };
    Effect::new(move |_| {
        let last = data.with(|measure| measure.days.last().and_then(|day| range::day(&day.date)));
        if let (Some(last), Range::Last(_)) = (last, range.get_untracked())
            && today.get_untracked() != last
        {
            today.set(last);
        }
    });
    let again = move || {
        let runs = untrack(|| range.get().runs(today.get()));
        if browser::visible() && runs && !api().expired.get_untracked() {
            data.again();
        }
    };
    if let Ok(timer) = set_interval_with_handle(again, AGAIN) {
        on_cleanup(move || timer.clear());
    }
    let phase = Memo::new(move |_| {
        data.known.with(|known| known.as_ref().map(|known| known.as_ref().err().cloned()))
    });
    let exports = {
        let base = [&base, "/export"].concat();
        move || {
            let query = range.get().asked(today.get());
            view! { <Exports base=base.clone() query label=words.t("export.reach") /> }
        }
    };
    let known = move || match phase.get() {
        None => view! { <Skeleton /> }.into_any(),
        Some(Some(fault)) => view! { <Trouble fault again=move || data.again() /> }.into_any(),
        Some(None) => view! { <Known campaign=campaign.clone() data looked base=base.clone() /> }.into_any(),
    };
    view! {
        <div class="looked">
            <picker::Picker looked data />
            {exports}
        </div>
        {known}
    }
    .into_any()
}

#[component]
fn Known(campaign: CampaignSummary, data: Data, looked: Looked, base: String) -> impl IntoView {
    let (words, session) = (words(), session());
    let before = api().read::<Reach>(move || {
        let Looked { range, today } = looked;
        let today = today.get();
        [&base, range.get().before(today).asked(today).as_str()].concat()
    });
    let figures = move || {
        let before = before.get().and_then(Result::ok);
        let figures = data.with(|measure| sums::figures(words, measure, before.as_ref()));
        view! { <Figures label=words.t("measure.figures") figures /> }
    };
    let empty = Memo::new(move |_| {
        data.with(|measure| {
            let sum = sums::sum(&measure.days);
            sum.reach.shown == 0 && sum.reach.receipts == 0 && sum.conversions == 0
        })
    });
    let install = ["/console/campaigns/", campaign.campaign.as_str(), "/install"].concat();
    let mine = untrack(|| session.may(Right::Edit, Some(&campaign.brand)));
    let teach = move || {
        let put =
            mine.then(|| view! { <a class="btn" href=install.clone()>{words.t("overview.none.link")}</a> });
        view! { <Empty title=words.t("measure.empty") text=words.t("measure.empty.text")>{put}</Empty> }
    };
    let id = campaign.campaign.clone();
    view! {
        {figures}
        <Show when=move || !empty.get() fallback=teach>
            <div class="two">
                <Days data />
                <Way data />
            </div>
            <Lost campaign=campaign.clone() data />
            <section class="part">
                <h2>{words.t("measure.who")}</h2>
                <p class="soft">{words.t("measure.who.text")}</p>
                <Breakdowns data />
            </section>
        </Show>
        <service::Answers data />
        <Brought campaign=id data mine />
    }
}
