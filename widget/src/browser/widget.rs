//! One widget: its activities on stage, what a visitor does to them, what the network says of them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use fanfare_shared::ids::ActivityId;
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::act::ActKind;
use fanfare_shared::wire::bootstrap::ActivityView;
use fanfare_shared::wire::problem::Slug;
use gloo::timers::callback::Interval;
use js_sys::{Array, Function};
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

use super::core::{Core, after, fields};
use super::intl::Intl;
use super::page;
use super::read::{Bootstrap, Settled, Value};
use crate::model::{ActivityModel, Frame, Given, Place};
use crate::state::{Event, Record, Section};
use crate::view::format::Format;
use crate::view::{Campaign, Context, Intent, Live, Poll, Scene};
use crate::words::Words;

/// Beyond this the device's clock is wrong, and the server's is used. No cached bootstrap is that old.
const SKEW: u64 = 300;
/// A clock ticks each second when less than this is left; else twice a minute is enough.
const NEAR: u64 = 3 * 86_400;

/// Names a widget from callbacks that may outlive it: after the unmount there is nothing behind it.
type Handle = StoredValue<Rc<Widget>, LocalStorage>;

/// What JavaScript calls.
type Called = Closure<dyn FnMut(JsValue)>;

/// One activity: its state, and the signals that its views read.
struct Stage {
    id: ActivityId,
    section: RefCell<Section>,
    model: RwSignal<Arc<ActivityModel>>,
    live: RwSignal<Live>,
}

/// One widget.
struct Widget {
    core: Core,
    server: String,
    lang: String,
    root: Element,
    stages: Vec<Stage>,
    /// The server's time and the device's at one moment, where they disagree.
    skew: Option<(u64, u64)>,
    /// Which results are followed.
    followed: RefCell<String>,
    /// How to stop following them.
    stop_live: Cell<Option<Function>>,
    stop_settled: RefCell<Vec<Function>>,
    /// What JavaScript may still call; dropped with the widget, after the stops.
    kept: RefCell<Vec<Called>>,
    ticking: Cell<Option<Interval>>,
}

impl Drop for Widget {
    fn drop(&mut self) {
        let stops = self.stop_settled.take().into_iter().chain(self.stop_live.take());
        stops.for_each(|stop| call(&stop));
    }
}

/// Calls a function of `core.js` that stops something. It takes nothing and fails nowhere.
fn call(stop: &Function) {
    let _ = stop.call0(&JsValue::UNDEFINED);
}

/// Whether a countdown may have to show seconds.
fn near(view: &ActivityView, now: Timestamp) -> bool {
    [view.opens, view.closes].iter().any(|at| at.0 > now.0 && at.0 - now.0 < NEAR)
}

impl Widget {
    fn new(root: Element, bootstrap: Bootstrap, server: String, core: Core) -> Self {
        let device = page::clock().0;
        let skew = (device.abs_diff(bootstrap.now.0) > SKEW).then_some((bootstrap.now.0, device));
        let now = skew.map_or(device, |(server, _)| server);
        let intl = Intl(bootstrap.lang.clone());
        let stage = |view: ActivityView| {
            let mut model = ActivityModel::new(view);
            let moment = |at: Timestamp| intl.moment(at, Timestamp(now)).filter(|_| at.0 != 0);
            model.opens_text = moment(model.view.opens);
            model.closes_text = moment(model.view.closes);
            Stage {
                id: model.view.id.clone(),
                live: RwSignal::new(Live {
                    tally: model.view.tally.clone(),
                    now: Timestamp(now),
                    sending: false,
                }),
                model: RwSignal::new(Arc::new(model.clone())),
                section: RefCell::new(Section::new(model)),
            }
        };
        Self {
            core,
            server,
            lang: bootstrap.lang,
            root,
            stages: bootstrap.activities.into_iter().map(stage).collect(),
            skew,
            followed: RefCell::default(),
            stop_live: Cell::default(),
            stop_settled: RefCell::default(),
            kept: RefCell::default(),
            ticking: Cell::default(),
        }
    }

    fn clock(&self) -> Timestamp {
        let device = page::clock().0;
        Timestamp(self.skew.map_or(device, |(server, then)| server + device.saturating_sub(then)))
    }

    /// A callback for JavaScript that lives as long as this widget.
    fn keep(&self, call: impl FnMut(JsValue) + 'static) -> Function {
        let closure = Called::new(call);
        let function = closure.as_ref().unchecked_ref::<Function>().clone();
        self.kept.borrow_mut().push(closure);
        function
    }
}

impl Stage {
    /// Shows what the state is now; the section itself is drawn again only where asked.
    fn publish(&self, now: Timestamp, draw: bool) {
        let Ok(section) = self.section.try_borrow() else { return };
        let tally = section.model.view.tally.clone();
        self.live.set(Live { tally, now, sending: section.sending() });
        if draw {
            self.model.set(Arc::new(section.model.clone()));
        }
    }
}

/// Starts a widget and gives its view.
pub(super) fn start(
    root: HtmlElement,
    bootstrap: Bootstrap,
    words: Words,
    draft: &[(String, Given)],
    core: Core,
) -> AnyView {
    let place = ["/c/", bootstrap.campaign.as_str()].concat();
    let server = bootstrap.hosted.strip_suffix(&place).unwrap_or_default().to_owned();
    let frame = Frame {
        lang: bootstrap.lang.clone(),
        base: server.clone(),
        campaign: bootstrap.campaign.clone(),
        brand_name: bootstrap.brand_name.clone(),
        hosted: bootstrap.hosted.clone(),
        now: bootstrap.now,
        place: Place::Shadow,
    };
    let title = bootstrap.title.clone();
    let ticks =
        if bootstrap.activities.iter().any(|view| near(view, bootstrap.now)) { 1_000 } else { 30_000 };
    let widget = Rc::new(Widget::new(root.into(), bootstrap, server, core));
    let handle: Handle = StoredValue::new_local(widget.clone());
    restore(&widget, draft);
    widget.ticking.set(Some(Interval::new(ticks, move || tick(handle))));
    listen(handle, &widget);
    let context = Context {
        format: Arc::new(Intl(frame.lang.clone())),
        frame: Arc::new(frame),
        words,
        emit: Some(Arc::new(move |id, intent| obey(handle, id, intent))),
    };
    let sections = widget.stages.iter().map(|stage| section(&context, stage)).collect();
    view! { <Campaign context title sections /> }.into_any()
}

/// The section of one activity, drawn again whenever its model changes.
fn section(context: &Context, stage: &Stage) -> AnyView {
    let (context, model, live) = (context.clone(), stage.model, stage.live);
    let draw: Box<dyn FnMut() -> AnyView + Send> = Box::new(move || {
        let scene = Scene { context: context.clone(), model: model.get(), live };
        view! { <Poll scene /> }.into_any()
    });
    draw.into_any()
}

/// What earlier pages, and the fragment before this view, left behind. Before the first drawing: nothing jumps.
fn restore(widget: &Widget, draft: &[(String, Given)]) {
    for stage in &widget.stages {
        let id = stage.id.as_str();
        let record = mine(widget, id).map(Event::Restored);
        let typed =
            draft.iter().find(|(of, given)| of == id && given.values().any(|values| !values.is_empty()));
        let typed = typed.map(|(_, given)| Event::Typed(given.clone()));
        let events = [Some(Event::Tick(widget.clock())), record, typed, waiting(widget, id)];
        if let Ok(mut section) = stage.section.try_borrow_mut() {
            events.into_iter().flatten().for_each(|event| drop(section.on(event)));
        }
        stage.publish(widget.clock(), true);
    }
}

/// The act of an activity that waits in the outbox.
fn waiting(widget: &Widget, id: &str) -> Option<Event> {
    let (given, memory) = Value::from(widget.core.pending(&widget.server, id)).kept()?;
    Some(Event::Kept { given, memory })
}

/// The last accepted act in an activity.
fn mine(widget: &Widget, id: &str) -> Option<Record> {
    Value::from(widget.core.mine(&widget.server, id)).record()
}

/// Listens to acts that settle later, and to results.
fn listen(handle: Handle, widget: &Widget) {
    for stage in &widget.stages {
        let id = stage.id.clone();
        let settled = widget.keep({
            let id = id.clone();
            move |outcome| settle(handle, &id, outcome)
        });
        widget.stop_settled.borrow_mut().push(widget.core.on_settled(id.as_str(), &settled));
    }
    follow(handle, widget);
}

/// Follows the results that this visitor may see; nothing happens while they stay the same.
fn follow(handle: Handle, widget: &Widget) {
    let sees = |stage: &&Stage| stage.section.try_borrow().is_ok_and(|section| section.sees_results());
    let ids: Vec<&str> = widget.stages.iter().filter(sees).map(|stage| stage.id.as_str()).collect();
    let list = ids.join(",");
    match widget.followed.try_borrow_mut() {
        Ok(mut followed) if *followed != list => *followed = list,
        Ok(_) | Err(_) => return,
    }
    if let Some(stop) = widget.stop_live.take() {
        call(&stop);
    }
    if !ids.is_empty() {
        let counted = widget.keep(move |tally| {
            if let Some(tally) = Value::from(tally).tally() {
                dispatch(handle, &tally.activity.clone(), Event::Counted(tally));
            }
        });
        let ids: Array = ids.into_iter().map(JsValue::from).collect();
        widget.stop_live.set(Some(widget.core.live(&widget.server, &ids, &counted)));
    }
}

/// Gives an event to the state of an activity, and does what it asks for.
fn dispatch(handle: Handle, id: &ActivityId, event: Event) {
    let Some(widget) = handle.try_get_value() else { return };
    let Some(stage) = widget.stages.iter().find(|stage| stage.id == *id) else { return };
    let todo = match stage.section.try_borrow_mut() {
        Ok(mut section) => section.on(event),
        Err(_) => return,
    };
    stage.publish(widget.clock(), todo.draw);
    if let Some((act, given)) = todo.send {
        send(handle, &widget, id.clone(), act, &given);
    }
    if todo.focus {
        page::focus(&widget.root, id.as_str());
    }
    follow(handle, &widget);
}

/// Has `core.js` send an act. What comes of it is told even if that takes days.
fn send(handle: Handle, widget: &Widget, id: ActivityId, act: ActKind, given: &Given) {
    let word = match act {
        ActKind::Ballot => "ballot",
        ActKind::Entry => "entry",
        ActKind::Withdraw => "withdraw",
    };
    let sent = widget.core.send(&widget.server, id.as_str(), &fields(word, given), "json", &widget.lang);
    let then = move |outcome| match outcome {
        Ok(outcome) => settle(handle, &id, outcome),
        Err(_) => fail(handle, &id, "internal"),
    };
    after(sent, Box::new(then));
}

/// Tells what came of an act.
fn settle(handle: Handle, id: &ActivityId, outcome: JsValue) {
    let Some(widget) = handle.try_get_value() else { return };
    let event = match Value::from(outcome).settled() {
        Settled::Refused(problem) => Event::Refused(problem),
        Settled::Done(tally) => match mine(&widget, id.as_str()) {
            Some(record) => Event::Accepted(record, tally),
            None => return fail(handle, id, "internal"),
        },
        Settled::Waiting(memory) => {
            waiting(&widget, id.as_str()).unwrap_or(Event::Kept { given: Given::new(), memory })
        }
    };
    dispatch(handle, id, event);
}

/// Tells a problem of our own.
fn fail(handle: Handle, id: &ActivityId, slug: &str) {
    let mut problem = Slug::Internal.problem("", "", Vec::new());
    slug.clone_into(&mut problem.slug);
    dispatch(handle, id, Event::Refused(problem));
}

/// Does what a visitor wants.
fn obey(handle: Handle, id: &ActivityId, intent: Intent) {
    let Some(widget) = handle.try_get_value() else { return };
    let (core, server) = (&widget.core, widget.server.as_str());
    match intent {
        Intent::Ballot(event) => {
            let Some(stage) = widget.stages.iter().find(|stage| stage.id == *id) else { return };
            let given =
                stage.section.try_borrow().map(|section| page::given(&event, &section.model.view.questions));
            if let Ok(given) = given {
                dispatch(handle, id, Event::Sent(given));
            }
        }
        Intent::Withdraw => dispatch(handle, id, Event::TakenBack),
        Intent::Download => core.download(server, id.as_str()),
        Intent::Retry => core.retry(),
        Intent::Export => {
            let id = id.clone();
            let then = move |outcome: Result<_, _>| {
                if outcome.is_err() {
                    fail(handle, &id, "network");
                }
            };
            after(core.export(server), Box::new(then));
        }
        Intent::Erase => {
            let id = id.clone();
            let then = move |outcome| match outcome {
                Ok(_) => erased(handle, &id),
                Err(_) => fail(handle, &id, "network"),
            };
            after(core.erase(server), Box::new(then));
        }
    }
}

/// The participant is gone, from every activity; where it was asked for, that is told.
fn erased(handle: Handle, asked: &ActivityId) {
    let Some(widget) = handle.try_get_value() else { return };
    for stage in widget.stages.iter().filter(|stage| stage.id != *asked) {
        dispatch(handle, &stage.id, Event::Erased);
    }
    dispatch(handle, asked, Event::Erased);
}

/// Time passes.
fn tick(handle: Handle) {
    let Some(widget) = handle.try_get_value() else { return };
    let now = widget.clock();
    for stage in &widget.stages {
        dispatch(handle, &stage.id, Event::Tick(now));
    }
}
