//! The rows of the picture as SVG. Places across are percentages, so that one drawing fits a telephone and a wall; heights and
//! letters keep their size.

use maud::{Markup, html};

use super::axis::Axis;
use super::charts::Scale;
use super::shapes::{self, Kind};
use super::words::Words;
use super::{Band, Course, Flag, Hole, Lane, Mark, Measure, Row};
use cellwise_clinic::Message;
use cellwise_clinic::questions::toxicity::neurotoxicity::ICE;
use cellwise_record::{EvidencePeriod, Moment};

/// How high a line of marks is, and where its middle is.
const LINE: f64 = 22.0;
/// How high a chart is, one with a single value, and how much of that is margin above and below.
const CHART: f64 = 104.0;
const SMALL_CHART: f64 = 72.0;
const MARGIN: f64 = 16.0;
/// Marks nearer to one another than this, in percent, stand on lines of their own.
const APART: f64 = 2.2;
/// Parts of the axis that are narrower, in percent, are not named; on a telephone none that is narrower than the other.
const LEAST_NAMED: f64 = 5.0;
const LEAST_NAMED_ON_A_TELEPHONE: f64 = 18.0;
/// No row has more lines: what does not fit stands on the last one.
const MOST_LINES: usize = 6;
/// A chart with more values than this does not write them beside their points.
const MOST_WRITTEN: usize = 12;
/// A time that ends later than so many days from now has no end that a picture could show.
const NO_END: f64 = 10.0 * 365.25;

/// What draws the picture of a course.
pub(super) struct Drawing<'c> {
    course: &'c Course,
    words: &'c Words<'c>,
    axis: Axis,
}

/// The place of an entry among all, by which its mark finds its line in the table.
pub(super) fn id_of(course: &Course, mark: &Mark) -> String {
    let place = course.marks().position(|other| std::ptr::eq(other, mark)).unwrap_or_default();
    format!("e{}", place + 1)
}

/// The id of the line of something that is not known.
pub(super) fn id_of_hole(course: &Course, hole: &Hole) -> String {
    let place = course.all_holes().position(|other| std::ptr::eq(other, hole)).unwrap_or_default();
    format!("g{}", place + 1)
}

/// A place across, or a width, in percent.
fn percent(value: f64) -> String {
    format!("{value:.2}%")
}

impl<'c> Drawing<'c> {
    pub(super) fn new(course: &'c Course, words: &'c Words<'c>) -> Self {
        let zero = !course.days_zero.is_empty();
        let bare = Axis::new(course.as_of, course.anchor(), zero, &[], &[]);
        let (mut marks, mut others): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
        for mark in course.marks() {
            marks.extend(mark.evidence.period.map(|period| bare.days(&period)).into_iter().flat_map(<[f64; 2]>::from));
        }
        for hole in course.rows.iter().flat_map(|row| &row.holes) {
            others.extend(hole.period.map(|period| bare.days(&period)).into_iter().flat_map(<[f64; 2]>::from));
        }
        for band in course.bands.iter().filter(|band| !has_no_end(course, band)) {
            others.extend([bare.day(&band.span.from).0, bare.day(&band.span.until).1]);
        }
        let axis = Axis::new(course.as_of, course.anchor(), zero, &marks, &others);
        Self { course, words, axis }
    }

    /// The whole picture.
    pub(super) fn picture(&self) -> Markup {
        html! {
            (self.axis_row())
            @if !self.course.flags.is_empty() {
                h3 { (self.words.say("course-cards")) }
                ul.rows { (self.flags()) }
            }
            @if !self.course.bands.is_empty() {
                h3 { (self.words.say("course-bands")) }
                ul.rows { @for (place, band) in self.course.bands.iter().enumerate() { (self.band(place, band)) } }
            }
            @for lane in Lane::ALL { (self.lane(lane)) }
        }
    }

    fn lane(&self, lane: Lane) -> Markup {
        let rows: Vec<&Row> = self.course.rows.iter().filter(|row| row.lane == lane).collect();
        let holes: Vec<&Hole> = self.course.holes.iter().filter(|hole| Lane::of(hole.gap.source) == lane).collect();
        html! {
            @if !rows.is_empty() || !holes.is_empty() {
                h3 { (self.words.lane(lane)) }
                ul.rows {
                    @for row in rows { (self.row(row)) }
                    @if !holes.is_empty() { (self.not_known(&holes)) }
                }
            }
        }
    }

    /// A row: its name, and what is drawn beside or below it.
    fn framed(&self, name: &str, height: f64, inside: &Markup) -> Markup {
        html! {
            li.row {
                div.name { (name) }
                div.track {
                    (self.ground())
                    svg width="100%" height=(height) role="group" aria-label=(name) { (inside) }
                }
            }
        }
    }

    /// What lies below every row: where parts of the axis meet, day 0 and the present.
    fn ground(&self) -> Markup {
        html! {
            svg.ground width="100%" height="100%" aria-hidden="true" {
                @for part in self.axis.parts().iter().skip(1) {
                    line.seam x1=(percent(part.left)) x2=(percent(part.left)) y1="0" y2="100%" {}
                }
                @if !self.course.days_zero.is_empty() {
                    line.zero x1=(percent(self.axis.x(0.0))) x2=(percent(self.axis.x(0.0))) y1="0" y2="100%" {}
                }
                line.present x1=(percent(self.axis.now())) x2=(percent(self.axis.now())) y1="0" y2="100%" {}
            }
        }
    }

    fn axis_row(&self) -> Markup {
        html! {
            div.row.axis aria-hidden="true" {
                div.name {}
                div.track {
                    (self.ground())
                    svg width="100%" height="52" { (self.labels()) }
                }
            }
        }
    }

    fn labels(&self) -> Markup {
        html! {
                    @for part in self.axis.parts().iter().filter(|part| part.width > LEAST_NAMED) {
                        text class=(if part.width > LEAST_NAMED_ON_A_TELEPHONE { "unit" } else { "unit narrow" }) x=(percent(part.left + part.width / 2.0)) y="12" text-anchor="middle" {
                            (self.words.unit(part.unit))
                        }
                    }
                    @for tick in self.axis.ticks() {
                        @let class = if tick.is_major { "tick major" } else { "tick" };
                        line class=(class) x1=(percent(tick.x)) x2=(percent(tick.x)) y1="36" y2="52" {}
                        text class=(class) x=(percent(tick.x)) y="31" text-anchor="middle" { (self.words.tick(&tick)) }
                    }
                    @let now = self.axis.now();
                    text.present x=(percent(now)) y="49" text-anchor=(anchor_of(now)) dx=(aside(now)) {
                        (self.words.say("course-present"))
                    }
        }
    }

    /// The flags of the cards, where they stand: at the present.
    fn flags(&self) -> Markup {
        let now = self.axis.now();
        let beside = if now < 50.0 { "34" } else { "-20" };
        let flag = |place: usize, flag: &Flag| {
            let said = self.words.flag(place, flag);
            html! {
                a href={ "#c" (place + 1) } aria-label=(said) {
                    title { (said) }
                    svg x=(percent(now)) y=(18 + 30 * place) {
                        rect.hit x="-14" y="-14" width="28" height="28" {}
                        (shapes::flag(flag.indicator))
                    }
                    text.tip x=(percent(now)) y=(23 + 30 * place) text-anchor=(anchor_of(now)) dx=(beside) { (said) }
                }
                svg x=(percent(now)) y=(18 + 30 * place) { (shapes::flag_letters(flag.indicator, place + 1)) }
            }
        };
        let height = f64::from(u32::try_from(self.course.flags.len()).unwrap_or(u32::MAX)) * 30.0 + 6.0;
        let inside = html! { @for (place, of) in self.course.flags.iter().enumerate() { (flag(place, of)) } };
        self.framed(&self.words.say("course-from-cards"), height, &inside)
    }

    fn band(&self, place: usize, band: &Band) -> Markup {
        let from = self.axis.x(self.axis.day(&band.span.from).0);
        let until = if has_no_end(self.course, band) { 100.0 } else { self.axis.x(self.axis.day(&band.span.until).1) };
        let name = self.words.span(band.span.number);
        let said = format!("{name}: {}", self.until(band));
        let beside = if until < 50.0 { "6" } else { "-6" };
        let class = match () {
            () if band.span.is_supposed => "band supposed",
            () if band.span.until.last < self.course.as_of.date => "band past",
            () => "band",
        };
        let inside = html! {
            a href={ "#w" (place + 1) } aria-label=(said) {
                title { (said) }
                rect class=(class) x=(percent(from)) y="4" width=(percent((until - from).max(0.3))) height="14" rx="2" {}
            }
            // On the link, and no part of it: it is called by its words.
            text.until x=(percent(until)) y="15" text-anchor=(anchor_of(until)) dx=(beside) aria-hidden="true" {
                (self.end_of(band))
            }
        };
        self.framed(&name, LINE, &inside)
    }

    /// The end of a band, as short as may be.
    fn end_of(&self, band: &Band) -> String {
        if has_no_end(self.course, band) {
            self.words.say("course-until-open")
        } else {
            self.words.date(&Moment::on(band.span.until.last))
        }
    }

    /// Until when something holds.
    pub(super) fn until(&self, band: &Band) -> String {
        let until = &band.span.until;
        let id = match () {
            () if has_no_end(self.course, band) => "course-until-open",
            () if band.span.is_supposed => "course-until-supposed",
            () if until.last < self.course.as_of.date => "course-until-past",
            () if until.exact_day().is_none() => "course-until-latest",
            () => "course-until-present",
        };
        self.words.say(Message::new(id).with("until", Moment::on(until.last)))
    }

    fn row(&self, row: &Row) -> Markup {
        let name = self.words.row(row);
        if let Some(measure) = row.measure {
            return self.framed(&name, height_of(row), &self.chart(row, measure));
        }
        let lines = self.lines(row);
        let most = lines.iter().copied().max().map_or(1, |line| line + 1);
        let height = LINE * f64::from(u32::try_from(most).unwrap_or(1));
        let inside = html! {
            @for (mark, line) in row.marks.iter().zip(&lines) { (self.mark(mark, middle(*line))) }
            @for hole in &row.holes { (self.hole(hole, LINE / 2.0)) }
        };
        self.framed(&name, height, &inside)
    }

    /// On which line each mark of a row stands: those that would lie on one another stand below each other.
    fn lines(&self, row: &Row) -> Vec<usize> {
        let mut ends: Vec<f64> = Vec::new();
        let place = |mark: &Mark| {
            let (from, to) = mark.evidence.period.map_or((0.0, 0.0), |period| self.axis.days(&period));
            let (from, to) = (self.axis.x(from), self.axis.x(to));
            let free = ends.iter().position(|end| end + APART < from);
            let line = free.unwrap_or(ends.len()).min(MOST_LINES - 1);
            match ends.get_mut(line) {
                Some(end) => *end = to.max(*end),
                None => ends.push(to),
            }
            line
        };
        row.marks.iter().map(place).collect()
    }

    fn mark(&self, mark: &Mark, y: f64) -> Markup {
        let Some(period) = mark.evidence.period else { return html! {} };
        let kind = Kind::of(mark);
        let (from, to) = self.axis.days(&period);
        let (left, right) = (self.axis.x(from), self.axis.x(to));
        let at = match period {
            EvidencePeriod::On(day) if day.exact_day().is_some() => self.axis.x(f64::midpoint(from, to)),
            _ => left,
        };
        let (bar, goes_on) = match period {
            EvidencePeriod::On(day) if day.exact_day().is_none() => (Some("imprecise"), false),
            EvidencePeriod::On(_) => (None, false),
            EvidencePeriod::Course { to, .. } => (Some(kind.class()), to.is_none()),
        };
        let said = self.words.mark(mark);
        let tip = html! {
            text.tip x=(percent(at)) y=(y + 4.0) text-anchor=(anchor_of(at)) dx=(aside(at)) { (said) }
        };
        html! {
            a href={ "#" (id_of(self.course, mark)) } aria-label=(said) {
                title { (said) }
                @if let Some(class) = bar {
                    rect class={ "bar " (class) } x=(percent(left)) y=(y - 5.0) width=(percent((right - left).max(0.3))) height="10" {}
                }
                @if goes_on {
                    svg x=(percent(right)) y=(y) { path class="arrow" d="M0 -6L8 0L0 6z" {} }
                }
                svg x=(percent(at)) y=(y) {
                    rect.hit x="-12" y="-11" width="24" height="22" {}
                    (kind.shape())
                }
                (tip)
            }
        }
    }

    fn hole(&self, hole: &Hole, y: f64) -> Markup {
        let Some(period) = hole.period else { return html! {} };
        let (from, to) = self.axis.days(&period);
        let (left, right) = (self.axis.x(from), self.axis.x(to));
        let said = format!("{}: {}", self.words.say("course-not-known"), self.words.gap(hole));
        html! {
            a href={ "#" (id_of_hole(self.course, hole)) } aria-label=(said) {
                title { (said) }
                rect.unknown x=(percent(left)) y=(y - 9.0) width=(percent((right - left).max(0.3))) height="18" {}
                svg x=(percent(f64::midpoint(left, right))) y=(y) {
                    rect.hit x="-12" y="-11" width="24" height="22" {}
                    (shapes::hole())
                }
            }
        }
    }

    /// What is not known of a whole kind of data, or of entries without a date: all of the time is shaded.
    fn not_known(&self, holes: &[&Hole]) -> Markup {
        let mut reasons: Vec<(String, String)> = Vec::new();
        for hole in holes {
            let said = self.words.gap(hole);
            if !reasons.iter().any(|(_, known)| *known == said) {
                reasons.push((id_of_hole(self.course, hole), said));
            }
        }
        let name = self.words.say("course-not-known");
        html! {
            li.row.gaps {
                div.name { (name) }
                div.track {
                    (self.ground())
                    svg width="100%" height="14" aria-hidden="true" {
                        rect.unknown x="0" y="1" width="100%" height="12" {}
                    }
                    ul.reasons {
                        @for (id, said) in reasons { li { a href={ "#" (id) } { (said) } } }
                    }
                }
            }
        }
    }

    fn chart(&self, row: &Row, measure: &'static Measure) -> Markup {
        let limits = row.limits.iter().map(|number| self.words.value(number));
        let values = row.marks.iter().filter_map(|mark| mark.value);
        let scale = Scale::of(measure, values.chain(limits));
        let height = height_of(row);
        let y = |value: f64| height - MARGIN - scale.height(value) * (height - 2.0 * MARGIN);
        let at = |mark: &Mark| {
            let (from, to) = mark.evidence.period.map_or((0.0, 0.0), |period| self.axis.days(&period));
            self.axis.x(f64::midpoint(from, to))
        };
        let points: Vec<(f64, f64)> = row.marks.iter().filter_map(|mark| Some((at(mark), y(mark.value?)))).collect();
        let is_written = row.marks.len() <= MOST_WRITTEN;
        html! {
            @for (place, limit) in limits_of(row, self.words).iter().enumerate() { (limit_line(place, limit, y(limit.value))) }
            @if measure.set == ICE.set {
                @let normal = f64::from(ICE.normal);
                @let said = self.words.say(Message::new("course-normal").with("value", normal));
                (limit_line(0, &Limit { value: normal, said }, y(normal)))
            }
            g.curve aria-hidden="true" {
                @for pair in points.windows(2) {
                    @if let [(x1, y1), (x2, y2)] = pair {
                        line x1=(percent(*x1)) y1=(y1) x2=(percent(*x2)) y2=(y2) {}
                    }
                }
            }
            @for mark in &row.marks {
                // A value that can't be told in the unit of the chart stands below it.
                (self.mark(mark, mark.value.map_or(height - 8.0, y)))
                @if let Some(value) = mark.value.filter(|_| is_written) {
                    text.value x=(percent(at(mark))) y=(y(value) - 9.0) text-anchor="middle" aria-hidden="true" {
                        (self.words.plain_number(value, "1"))
                    }
                }
            }
            @for hole in &row.holes { (self.hole(hole, height - 10.0)) }
        }
    }
}

/// How high the chart of a row is.
fn height_of(row: &Row) -> f64 {
    if row.marks.len() > 1 { CHART } else { SMALL_CHART }
}

/// A limit across a chart; below the first, words stand under their line, so that two that are near can both be read.
fn limit_line(place: usize, limit: &Limit, y: f64) -> Markup {
    html! {
        g.limit role="img" aria-label=(limit.said) {
            line x1="0" x2="100%" y1=(y) y2=(y) {}
            text x="2" y=(if place == 0 { y - 3.0 } else { y + 11.0 }) { (limit.said) }
        }
    }
}

/// A limit as it is drawn.
struct Limit {
    value: f64,
    said: String,
}

/// The limits of a row from the highest to the lowest, those of one value together.
fn limits_of(row: &Row, words: &Words<'_>) -> Vec<Limit> {
    let mut limits: Vec<(f64, String, Vec<String>)> = Vec::new();
    for number in &row.limits {
        let (value, name) = (words.value(number), words.limit(number));
        match limits.iter_mut().find(|(known, ..)| known.total_cmp(&value).is_eq()) {
            Some((.., names)) if names.contains(&name) => {}
            Some((.., names)) => names.push(name),
            None => limits.push((value, words.number(number), vec![name])),
        }
    }
    limits.sort_by(|(one, ..), (other, ..)| other.total_cmp(one));
    let limit = |(value, said, names): (f64, String, Vec<String>)| {
        let message = Message::new("course-limit").with("name", names.join(", ")).with("value", said);
        Limit { value, said: words.say(message) }
    };
    limits.into_iter().map(limit).collect()
}

/// Whether a time lasts longer than a picture could show.
fn has_no_end(course: &Course, band: &Band) -> bool {
    f64::from(course.as_of.day().days_until(&band.span.until)) > NO_END
}

/// Where the middle of a line is.
fn middle(line: usize) -> f64 {
    LINE * (f64::from(u32::try_from(line).unwrap_or(0)) + 0.5)
}

/// To which side words beside a place are written, so that they stay on the page.
fn anchor_of(x: f64) -> &'static str {
    if x < 50.0 { "start" } else { "end" }
}

/// How far beside it.
fn aside(x: f64) -> &'static str {
    if x < 50.0 { "12" } else { "-12" }
}
