//! What a rule asks, as a tree: `all`, `any`, `unless`. Its value is the rule's verdict and its leaves are the rows of the
//! card, so that the table on a card always explains the verdict that stands beside it.

use cellwise_record::{Judgement, Verdict};

use crate::message::Message;

/// One question with its answer, and the words it is shown by.
#[derive(Clone, Debug)]
pub struct Row {
    /// What is asked. The message's id names the criterion in the machine-readable part, too.
    pub text: Message,
    /// The answer.
    pub answer: Judgement,
    /// What the card shows in place of the answer: a sign that was not measured counts as absent and is shown as open.
    pub shown: Option<Judgement>,
    /// A remark shown with the evidence (`prescribed, not recorded as given`), in the rule's words.
    pub remark: Option<Message>,
    /// The rules whose own card shows this fact: while one of them has a card in the same response, the card leaves the row
    /// out.
    pub owners: &'static [&'static str],
    /// The card leaves the row out while this is its verdict: what goes without saying.
    pub left_out_while: Option<Verdict>,
    /// Whether the card leaves the row out: it speaks of something else. The machine-readable part keeps it.
    pub is_left_out: bool,
}

impl Row {
    /// Everything it says.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        std::iter::once(&self.text).chain(&self.remark)
    }

    /// What the card shows.
    pub fn shown(&self) -> &Judgement {
        self.shown.as_ref().unwrap_or(&self.answer)
    }
}

/// What a rule asks.
#[derive(Clone, Debug)]
#[must_use]
pub enum Criteria {
    /// Each must hold.
    All(Vec<Criteria>),
    /// One suffices.
    Any(Vec<Criteria>),
    /// It must not hold.
    Unless(Box<Criteria>),
    /// A row that decides.
    Must(Row),
    /// Shown below the table; decides nothing.
    Aside(Row),
}

/// Each of `parts` must hold.
pub fn all(parts: impl IntoIterator<Item = Criteria>) -> Criteria {
    Criteria::All(parts.into_iter().collect())
}

/// One of `parts` suffices.
pub fn any(parts: impl IntoIterator<Item = Criteria>) -> Criteria {
    Criteria::Any(parts.into_iter().collect())
}

/// One of `rows` suffices. Rows with nothing to show are left out: those that are not met without any evidence, and those
/// that are unknown only because of data that did not come through, which `rest` says once for all. `rest`, what may be
/// hidden, stands where data did not come through, or where it decides. The value is that of all of them.
pub fn any_told(rows: impl IntoIterator<Item = Criteria>, rest: Criteria) -> Criteria {
    let hidden = rest.judgement();
    let is_told = |row: &Criteria| {
        let answer = row.judgement();
        let is_said_by_rest =
            answer.has_delivery_gap() && answer.gaps().iter().all(|gap| gap.kind.is_delivery()) && hidden.is_unknown();
        !answer.evidence().is_empty() || !answer.is_not_met() && !is_said_by_rest
    };
    let mut rows: Vec<Criteria> = rows.into_iter().filter(is_told).collect();
    if hidden.is_met() || hidden.has_delivery_gap() || rows.iter().all(|row| row.judgement().is_not_met()) {
        rows.push(rest);
    }
    any(rows)
}

/// `part` must not hold.
pub fn unless(part: Criteria) -> Criteria {
    Criteria::Unless(Box::new(part))
}

/// A row that decides.
pub fn must(text: impl Into<Message>, answer: Judgement) -> Criteria {
    Criteria::Must(Row::new(text.into(), answer))
}

/// A line that informs and decides nothing.
pub fn aside(text: impl Into<Message>, answer: Judgement) -> Criteria {
    Criteria::Aside(Row::new(text.into(), answer))
}

impl Row {
    fn answered(self, answer: &impl Fn(&Self) -> Option<Judgement>) -> Self {
        match answer(&self) {
            Some(answer) => Self { answer, shown: None, ..self },
            None => self,
        }
    }

    fn new(text: Message, answer: Judgement) -> Self {
        Self { text, answer, shown: None, remark: None, owners: &[], left_out_while: None, is_left_out: false }
    }
}

impl Criteria {
    fn change(mut self, change: impl FnOnce(&mut Row)) -> Self {
        match &mut self {
            Self::Must(row) | Self::Aside(row) => change(row),
            Self::All(_) | Self::Any(_) | Self::Unless(_) => {}
        }
        self
    }

    /// Shows something else than the answer of a row, if there is something else to show.
    pub fn showing(self, shown: Option<Judgement>) -> Self {
        self.change(|row| row.shown = shown)
    }

    /// Adds a remark to a row, if there is one.
    pub fn remarking(self, remark: impl Into<Option<Message>>) -> Self {
        let remark = remark.into();
        self.change(|row| row.remark = remark)
    }

    /// Leaves a row out of the card while one of these rules has a card in the same response.
    pub fn owned_by(self, owners: &'static [&'static str]) -> Self {
        self.change(|row| row.owners = owners)
    }

    /// Leaves a row out of the card while it is met.
    pub fn unless_met(self) -> Self {
        self.change(|row| row.left_out_while = Some(Verdict::Met))
    }

    /// Leaves a row out of the card while it is not met.
    pub fn unless_not_met(self) -> Self {
        self.change(|row| row.left_out_while = Some(Verdict::NotMet))
    }

    /// Leaves a row out of the card when the card speaks of something else.
    pub fn left_out_if(self, elsewhere: bool) -> Self {
        self.change(|row| row.is_left_out = elsewhere)
    }

    /// The same tree with other answers in its rows. What a card shows in place of an answer goes with it.
    pub fn answered(self, answer: &impl Fn(&Row) -> Option<Judgement>) -> Self {
        let each = |parts: Vec<Self>| parts.into_iter().map(|part| part.answered(answer)).collect();
        match self {
            Self::All(parts) => Self::All(each(parts)),
            Self::Any(parts) => Self::Any(each(parts)),
            Self::Unless(part) => unless(part.answered(answer)),
            Self::Must(row) => Self::Must(row.answered(answer)),
            // What informs is shown as it would be; only what is open has its reasons.
            Self::Aside(row) if row.answer.is_unknown() => Self::Aside(row.answered(answer)),
            Self::Aside(row) => Self::Aside(row),
        }
    }

    /// The verdict with the evidence and the gaps that decide it.
    pub fn judgement(&self) -> Judgement {
        match self {
            Self::All(parts) => parts
                .iter()
                .filter_map(Self::decides)
                .reduce(Judgement::and)
                .unwrap_or_else(|| Judgement::met(Vec::new())),
            Self::Any(parts) => parts
                .iter()
                .filter_map(Self::decides)
                .reduce(Judgement::or)
                .unwrap_or_else(|| Judgement::not_met(Vec::new())),
            Self::Unless(part) => !part.judgement(),
            Self::Must(row) | Self::Aside(row) => row.answer.clone(),
        }
    }

    fn decides(&self) -> Option<Judgement> {
        self.is_decisive().then(|| self.judgement())
    }

    /// Whether anything in it decides.
    fn is_decisive(&self) -> bool {
        match self {
            Self::All(_) | Self::Any(_) | Self::Must(_) => true,
            Self::Unless(part) => part.is_decisive(),
            Self::Aside(_) => false,
        }
    }

    /// Every leaf, in the order they were asked.
    #[must_use]
    pub fn rows(&self) -> Vec<&Row> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::rows).collect(),
            Self::Unless(part) => part.rows(),
            Self::Must(row) | Self::Aside(row) => vec![row],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cellwise_record::Verdict::{Met, NotMet, Unknown};
    use cellwise_record::{Evidence, Gap, GapKind, Source};

    fn judged(verdict: Verdict) -> Judgement {
        match verdict {
            Met => Judgement::met(Vec::new()),
            NotMet => Judgement::not_met(Vec::new()),
            Unknown => Judgement::unknown(Vec::new()),
        }
    }

    #[test]
    fn the_verdict_is_the_value_of_the_rows() {
        let leaf = |verdict| must("row", judged(verdict));
        for a in [Met, NotMet, Unknown] {
            for b in [Met, NotMet, Unknown] {
                assert_eq!(all([leaf(a), leaf(b)]).judgement().verdict(), a.and(b));
                assert_eq!(any([leaf(a), leaf(b)]).judgement().verdict(), a.or(b));
                assert_eq!(unless(any([leaf(a), leaf(b)])).judgement().verdict(), !(a.or(b)));
                assert_eq!(all([leaf(a), aside("context", judged(b))]).judgement().verdict(), a);
                assert_eq!(any([leaf(a), unless(aside("context", judged(b)))]).judgement().verdict(), a);
                assert_eq!(
                    all([leaf(a).showing(Some(judged(b)))]).judgement().verdict(),
                    a,
                    "what is shown decides nothing"
                );
            }
        }
    }

    #[test]
    fn leaving_out_what_says_nothing_keeps_the_value() {
        let gap = |kind| Gap::of(kind, Source::Conditions);
        let evidence = || vec![Evidence::of(Source::Conditions, "confusion", "Condition/confusion")];
        let answers = [
            Judgement::met(evidence()),
            Judgement::not_met(evidence()),
            Judgement::not_met(Vec::new()),
            Judgement::unknown(vec![gap(GapKind::NotSupplied)]),
            Judgement::unknown(vec![gap(GapKind::ImpreciseDate)]),
            Judgement::unknown(Vec::new()),
        ];
        let row = |answer: &Judgement| must("row", answer.clone());
        for one in &answers {
            for other in &answers {
                for rest in &answers {
                    let whole = any([row(one), row(other), row(rest)]).judgement().verdict();
                    let told = any_told([row(one), row(other)], row(rest));
                    assert_eq!(told.judgement().verdict(), whole, "{one:?}, {other:?}, {rest:?}");
                }
            }
        }
    }
}
