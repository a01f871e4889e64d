//! What only a contest has: what can be won, how many more are drawn, when and from what, who may not enter.

use fanfare_shared::campaign::Campaign;
use fanfare_shared::contest::{Contest, Prize};
use fanfare_shared::limits;
use fanfare_shared::log::leaf::BeaconKind;
use fanfare_shared::text::Text;
use leptos::prelude::*;

use super::device::morning_in;
use super::fields::{Line, Number, Pick, Texts, fault_line};
use super::rows::Rows;
use super::state::{Builder, Find, Spot, builder};
use crate::browser;
use crate::draft::change::{add_prize, shift};

fn contest(campaign: &mut Campaign, spot: Spot) -> Option<&mut Contest> {
    campaign.activities.get_mut(spot.activity)?.contest.as_mut()
}

fn prize(campaign: &mut Campaign, spot: Spot) -> Option<&mut Prize> {
    contest(campaign, spot)?.prizes.get_mut(spot.option)
}

fn title(campaign: &mut Campaign, spot: Spot) -> Option<&mut Text> {
    prize(campaign, spot).map(|it| &mut it.title)
}

fn text(campaign: &mut Campaign, spot: Spot) -> Option<&mut Option<Text>> {
    prize(campaign, spot).map(|it| &mut it.text)
}

fn charity(campaign: &mut Campaign, spot: Spot) -> Option<&mut Option<Text>> {
    contest(campaign, spot).map(|it| &mut it.charity)
}

fn read<T>(builder: Builder, spot: Spot, part: impl FnOnce(&Contest) -> T) -> Option<T> {
    builder.read(|it| it.activities.get(spot.activity)?.contest.as_ref().map(part))
}

/// The pointer of something of the contest.
fn pointer(spot: Spot, place: &str) -> String {
    format!("/activities/{}/contest/{place}", spot.activity)
}

/// Changes the contest, letter by letter.
fn write(builder: Builder, spot: Spot, place: &str, change: impl FnOnce(&mut Contest)) {
    builder.typed(&pointer(spot, place), |it| contest(it, spot).map(change).unwrap_or_default());
}

/// All of it.
#[component]
pub(super) fn ContestForm(at: usize) -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let spot = Spot { activity: at, ..Spot::default() };
    let beacon = Signal::derive(move || {
        let kind = read(builder, spot, |it| it.beacon);
        String::from(if kind == Some(BeaconKind::Demo) { "demo" } else { "drand" })
    });
    let source = move |word: String| {
        let kind = if word == "demo" { BeaconKind::Demo } else { BeaconKind::Drand };
        write(builder, spot, "beacon", |it| it.beacon = kind);
    };
    let sources = vec![
        ("drand", words.t("beacon.drand").to_owned(), words.t("beacon.drand.text")),
        ("demo", words.t("beacon.demo").to_owned(), words.t("beacon.demo.text")),
    ];
    let staff = Signal::derive(move || read(builder, spot, |it| it.staff.join(", ")).unwrap_or_default());
    let set_staff = move |typed: String| {
        let domains = typed.split(',').map(|it| it.trim().trim_start_matches('@').to_ascii_lowercase());
        let domains = domains.filter(|domain| !domain.is_empty()).collect();
        write(builder, spot, "staff", |it| it.staff = domains);
    };
    let staff_faults =
        (0..limits::BONUSES).map(|n| fault_line(builder, &pointer(spot, &format!("staff/{n}"))));
    view! {
        <Prizes spot />
        <div class="pair">
            <Whole spot place="reserves" label="reserves" help="reserves.text" max=limits::RESERVES get=|it| it.reserves set=|it, n| it.reserves = n />
            <Whole spot place="tickets" label="tickets" help="tickets.text" max=limits::TICKETS get=|it| it.tickets set=|it, n| it.tickets = n />
        </div>
        <div class="pair">
            <Pick at=pointer(spot, "beacon") label=words.t("beacon") options=sources value=beacon write=source />
            <Drawn spot />
        </div>
        <div class="pair">
            <Whole spot place="respond" label="respond" help="respond.text" max=90 get=days set=|it, n| it.respond = format!("P{n}D") />
            <div>
                <Line at=pointer(spot, "staff") label=words.t("staff") help=words.t("staff.text") value=staff write=set_staff />
                {staff_faults.collect_view()}
            </div>
        </div>
        <Texts
            at=pointer(spot, "charity")
            find=Find::Maybe(charity)
            spot
            label=words.t("charity")
            help=words.t("charity.text")
        />
    }
}

/// Whole days of a duration; 0 where it is written otherwise.
fn days(contest: &Contest) -> u64 {
    let days = contest.respond.strip_prefix('P').and_then(|rest| rest.strip_suffix('D'));
    days.and_then(|days| days.parse().ok()).unwrap_or_default()
}

/// A whole number of the contest.
#[component]
fn Whole(
    spot: Spot,
    place: &'static str,
    /// The keys of its name, and of what it is for.
    label: &'static str,
    help: &'static str,
    max: u64,
    get: fn(&Contest) -> u64,
    set: fn(&mut Contest, u64),
) -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let value = Signal::derive(move || read(builder, spot, get).and_then(|n| u32::try_from(n).ok()));
    let typed = move |n: Option<u32>| write(builder, spot, place, |it| set(it, n.unwrap_or_default().into()));
    view! {
        <Number at=pointer(spot, place) label=words.t(label) help=words.t(help) min=0 max=u32::try_from(max).unwrap_or(u32::MAX) value write=typed />
    }
}

/// When the winners are drawn.
#[component]
fn Drawn(spot: Spot) -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let at = Memo::new(move |_| read(builder, spot, |it| it.draw.clone()).flatten());
    let chosen = Memo::new(move |_| at.with(Option::is_some));
    let set = move |draw: Option<String>| write(builder, spot, "draw", |it| it.draw = draw);
    let choose = move |kind: String| set((kind == "at").then(|| morning_in(12)));
    let options = vec![
        ("soon", words.t("draw.soon").to_owned(), words.t("draw.soon.text")),
        ("at", words.t("window.at").to_owned(), words.t("draw.at.text")),
    ];
    let kind = Signal::derive(move || String::from(if chosen.get() { "at" } else { "soon" }));
    let text = Signal::derive(move || at.get().unwrap_or_default());
    let field = move || {
        chosen.get().then(|| {
            view! { <Line at=pointer(spot, "draw") kind="datetime-local" label=words.t("draw.at") value=text write=move |it: String| set(Some(it)) /> }
        })
    };
    view! {
        <div class="part">
            <Pick at=pointer(spot, "draw#kind") label=words.t("draw") options value=kind write=choose />
            {field}
        </div>
    }
}

/// What can be won, the first drawn first.
#[component]
fn Prizes(spot: Spot) -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let list = pointer(spot, "prizes");
    let change = move |change: &dyn Fn(&mut Vec<Prize>)| {
        builder.change(&pointer(spot, "prizes"), |it| {
            contest(it, spot).map(|it| change(&mut it.prizes)).unwrap_or_default();
        });
    };
    let rows = Rows::new(
        list.clone(),
        move || read(builder, spot, |it| it.prizes.len()).unwrap_or_default(),
        || false,
        move |from, to| change(&|prizes| shift(prizes, from, to)),
        move |at| {
            change(&|prizes| {
                if at < prizes.len() {
                    prizes.remove(at);
                }
            });
        },
    );
    let add = move |_| {
        let at = rows.length.get_untracked();
        change(&add_prize);
        browser::focus(["[id^=\"", &rows.at(at), "/title/\"]"].concat());
    };
    let full = move || rows.length.get() as u64 >= limits::PRIZES;
    let row = move |at: usize| rows.item(at, "panel inner", one(builder, rows, Spot { option: at, ..spot }));
    view! {
        <div class="texts" role="group" aria-label=words.t("prizes")>
            <div class="label">{words.t("prizes")}</div>
            <p class="help">{words.t("prizes.text")}</p>
            <ol class="panels" id=list.clone()>
                <For each=move || 0..rows.length.get() key=|at| *at children=row />
            </ol>
            {fault_line(builder, &list)}
            <button type="button" class="btn small add" aria-disabled=move || full().then_some("true") on:click=move |event| if !untrack(full) { add(event) }>
                {words.t("prizes.add")}
            </button>
        </div>
    }
}

fn one(builder: Builder, rows: Rows, spot: Spot) -> AnyView {
    let words = builder.words;
    let at = rows.at(spot.option);
    let name = words.fill("prize.n", &[("n", &(spot.option + 1).to_string())]);
    let part = move |get: fn(&Prize) -> Option<String>| {
        read(builder, spot, |it| it.prizes.get(spot.option).and_then(get)).flatten()
    };
    let count = Signal::derive(move || part(|it| Some(it.count.to_string())).and_then(|n| n.parse().ok()));
    let value = Signal::derive(move || part(|it| it.value.clone()).unwrap_or_default());
    let set = move |place: &str, change: &dyn Fn(&mut Prize)| {
        builder.typed(&[&rows.at(spot.option), place].concat(), |it| {
            prize(it, spot).map(change).unwrap_or_default();
        });
    };
    let set_count = move |n: Option<u32>| set("/count", &|it| it.count = n.unwrap_or_default().into());
    let set_value = move |typed: String| {
        let worth = Some(typed).filter(|it| !it.trim().is_empty());
        set("/value", &|it| it.value.clone_from(&worth));
    };
    view! {
        <div class="lid">
            {rows.handle(spot.option)}
            <strong class="grow">{name.clone()}</strong>
            {rows.buttons(spot.option, Signal::stored(name), None, Signal::stored(false))}
        </div>
        <div class="inside">
            <Texts at=[&at, "/title"].concat() find=Find::Text(title) spot label=words.t("prize.title") />
            <Texts at=[&at, "/text"].concat() find=Find::Maybe(text) spot label=words.t("prize.text") help=words.t("prize.text.text") />
            <div class="pair">
                <Number
                    at=[&at, "/count"].concat()
                    label=words.t("prize.count")
                    min=1
                    max=u32::try_from(limits::PRIZE_COUNT).unwrap_or(u32::MAX)
                    value=count
                    write=set_count
                />
                <Line
                    at=[&at, "/value"].concat()
                    label=words.t("prize.value")
                    help=words.t("prize.value.text")
                    value
                    write=set_value
                />
            </div>
        </div>
    }
    .into_any()
}
