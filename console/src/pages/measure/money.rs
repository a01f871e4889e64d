//! What did it bring, and what did it cost? Conversions by currency, and the cost that the team writes down.

use fanfare_shared::ids::CampaignId;
use fanfare_shared::wire::measure::{Cost, Money};
use gloo::net::http::Method;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::Data;
use crate::amount::{money, plain, typed};
use crate::api::{Fault, api};
use crate::browser::Values;
use crate::form::Form;
use crate::parts::announce::announcer;
use crate::parts::button::{FormTrouble, Submit};
use crate::parts::field::Field;
use crate::parts::table::Table;
use crate::words::words;

/// The section; the form only for those who may write.
#[component]
pub(super) fn Brought(campaign: CampaignId, data: Data, mine: bool) -> impl IntoView {
    let words = words();
    let rows = Memo::new(move |_| data.with(|measure| measure.money.clone()));
    let cost = Memo::new(move |_| data.with(|measure| measure.cost.clone()));
    let table = move || {
        let rows = rows.get();
        if rows.is_empty() {
            return view! { <p class="soft">{words.t("money.none")}</p> }.into_any();
        }
        let heads = ["money.currency", "money.all", "money.won"].map(|head| words.t(head)).to_vec();
        let row = move |Money { currency, value, won }: Money| {
            view! {
                <tr>
                    <th scope="row">{currency.clone()}</th>
                    <td class="n">{money(words, value, &currency)}</td>
                    <td class="n">{money(words, won, &currency)}</td>
                </tr>
            }
        };
        view! { <Table caption=words.t("money.title") heads>{rows.into_iter().map(row).collect_view()}</Table> }.into_any()
    };
    let spent = move || {
        let cost = cost.get()?;
        let amount = money(words, cost.amount, &cost.currency);
        Some(view! { <p>{words.fill("cost.is", &[("amount", &amount)])}</p> })
    };
    let form = mine.then(|| view! { <CostForm campaign cost data /> });
    view! {
        <section class="set">
            <div><h2 id="money">{words.t("money.title")}</h2><p class="soft">{words.t("money.text")}</p></div>
            <div class="part">
                {table}
                {spent}
                {form}
            </div>
        </section>
    }
}

#[component]
fn CostForm(campaign: CampaignId, cost: Memo<Option<Cost>>, data: Data) -> impl IntoView {
    let (words, api, announcer, form) = (words(), api(), announcer(), Form::new());
    // As it is when the page opens: a refresh must not write over what is being typed.
    let known = cost.get_untracked();
    let first = untrack(|| data.with(|measure| measure.money.first().map(|money| money.currency.clone())));
    let currency =
        known.as_ref().map(|cost| cost.currency.clone()).or(first).unwrap_or_else(|| String::from("EUR"));
    let amount = known.map(|cost| plain(words, cost.amount, &cost.currency)).unwrap_or_default();
    let address = ["/api/v1/campaigns/", campaign.as_str(), "/cost"].concat();
    let save = move |event: SubmitEvent| {
        let values = Values::of(&event);
        let currency = values.trimmed("currency").to_ascii_uppercase();
        let known = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
        let amount = typed(&values.trimmed("amount"), &currency);
        let mut lacks = Vec::new();
        if amount.is_none() {
            lacks.push(form.lack("amount", "cost.amount.missing"));
        }
        if !known {
            lacks.push(form.lack("currency", "cost.currency.missing"));
        }
        let Some(amount) = amount.filter(|_| lacks.is_empty()) else {
            form.refuse(Fault::fields(lacks));
            return;
        };
        let (address, cost) = (address.clone(), Cost { amount, currency });
        form.send(async move { api.done(Method::PUT, &address, &cost).await }, move |()| {
            announcer.say(words.t("saved"));
            data.again();
        });
    };
    view! {
        <form class="form" novalidate on:submit=save>
            <div class="row">
                <Field form name="amount" inputmode="decimal" label=words.t("cost.amount") value=amount />
                <Field form name="currency" label=words.t("money.currency") value=currency />
                <Submit form label=words.t("cost.go") class="btn" />
            </div>
            <p class="help">{words.t("cost.text")}</p>
            <FormTrouble form />
        </form>
    }
}
