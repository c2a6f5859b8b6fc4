title = Steps before CAR-T

summary-no-collection = Lymphodepletion ordered, no completed leukapheresis on record: check that the cells are collected before signing.
summary-no-release = Lymphodepletion ordered, no release of the CAR-T product on record: confirm the release before signing.
summary-not-released = Lymphodepletion ordered, but the CAR-T product is not released: wait for its release before signing.
summary-collection-unknown = Lymphodepletion ordered: it can't be told whether the cells for CAR-T are collected. Check before signing.
summary-release-unknown = Lymphodepletion ordered: it can't be told whether the CAR-T product is released. Check before signing.
summary-perhaps-given = Lymphodepletion ordered: it can't be told whether this CAR-T is still to be given. Check before signing.
summary-interval = CAR-T on { $date }, last lymphodepletion on { $from }: not the usual interval. Check the dates.
summary-infusion-first = CAR-T on { $date } is planned before the last lymphodepletion day, { $from }. Check the dates.
summary-fever = Lymphodepletion ordered with fever ({ $temperature }): postpone? Look for infection, call the CAR-T centre.
summary-fever-infusion = CAR-T ordered with fever ({ $temperature }): postpone? Look for infection, call the CAR-T centre.
summary-fever-unclear = A temperature on record has no usable unit or date: check for fever before lymphodepletion or CAR-T.

advice-release = Start only after the laboratory has approved the product and it is on site.
advice-interval = Infusion { $shortest-lymphodepletion-interval-days } to { $longest-lymphodepletion-interval-days } days after the last chemotherapy; the sources differ by a day.
advice-fever = Postpone CAR-T in poor condition; fever may be an infection, or the disease itself.

criterion-ordered = Lymphodepletion or CAR-T ordered
criterion-plan = CAR-T planned
criterion-drug = Lymphodepletion ordered
criterion-no-collection = No completed leukapheresis
criterion-not-released = Product not released
criterion-fever = Temperature ≥ { $fever-before-car-t } °C, last { $fever-before-car-t-hours } hours
criterion-interval = CAR-T not { $shortest-lymphodepletion-interval-days } to { $longest-lymphodepletion-interval-days } days after lymphodepletion

remark-interval = last lymphodepletion { $from }, infusion { $date }: { $days ->
    [one] 1 day
   *[other] { $days } days
}

context-bridging = Is bridging therapy needed?

gap-no-infusion-day = no day of the CAR-T infusion recorded in { $source }
gap-no-lymphodepletion-day = days of lymphodepletion not stated: { $what }
