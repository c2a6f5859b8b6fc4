title = Discharge after CAR-T

summary-home = Going home after CAR-T ({ $date }): hand over the SOS card and go through the advice and its dates.
summary-early = CAR-T infusion on { $date }, fewer than { $minimum-stay-days ->
    [one] one day
   *[other] { $minimum-stay-days } days
} ago. Reconsider going home; if it stands, go through the advice.
summary-stay-unclear = CAR-T on { $date }: going home from that stay, or soon after? Hand over the SOS card, go through the advice.
summary-infusion-not-recorded = CAR-T ordered ({ $date }), infusion not recorded. Given in this stay? Record it, hand over the SOS card and advice.
summary-in-words = CAR-T in words only: { $text }. Given in this stay? Code it, hand over the SOS card and advice.

advice-hand-over = Hand over the SOS card. At home the patient takes the temperature twice a day.
advice-call = The patient calls at once: temperature above { $fever-after-car-t } °C, chills or shaking, confusion, trouble speaking or understanding, sudden shortness of breath, vomiting, diarrhoea, irregular heartbeat, easy bleeding, bruises without a cause.

criterion-car-t = CAR-T infusion
criterion-stay = Infusion in this stay, or shortly before it
criterion-stay-days = At least { $minimum-stay-days ->
    [one] one day
   *[other] { $minimum-stay-days } days
} since the last infusion
criterion-driving = **No driving**
criterion-contraception = Condom, or no sex
criterion-prophylaxis = Co-trimoxazole and valaciclovir advised; hand over the prescriptions for use at home
criterion-corticosteroid = No corticosteroids without the CAR-T centre
criterion-donation = No donation of blood, organs, tissues or cells

remark-driving = for { $no-driving-days } days after the infusion
remark-contraception = for { $condom-months-after-car-t ->
    [one] one month
   *[other] { $condom-months-after-car-t } months
} after the infusion
remark-prophylaxis = for { $prophylaxis-months-after-car-t } months after the infusion

gap-infusion = only the order is recorded as completed; the infusion itself is not recorded

context-contact = Whom to call: the CAR-T centre; in office hours its day clinic, otherwise the haematology resident on duty.
context-gp = The discharge letter often reaches the GP weeks later: inform the GP now.
context-length-of-stay = The sources count on 2–3 weeks in hospital on average, in children several weeks.
