title = Discharge after CAR-T

summary-home = Going home after CAR-T ({ $date }): hand over the SOS card and go through the advice and its dates.
summary-early = CAR-T infusion on { $date }, fewer than { $minimum-stay-days ->
    [one] one day
   *[other] { $minimum-stay-days } days
} ago. Reconsider going home; if it stands, go through the advice.
summary-stay-unclear = CAR-T on { $date }: going home from that stay, or soon after? Hand over the SOS card, go through the advice.
summary-infusion-not-recorded = CAR-T ordered ({ $date }), infusion not recorded. Given in this stay? Record it, hand over the SOS card and advice.
summary-in-words = CAR-T in words only: { $text }. Given in this stay? Code it, hand over the SOS card and advice.

advice-call = At home: temperature twice a day; call at once if above { $fever-after-car-t } °C, chills, shaking, confusion, speech trouble, breathlessness, vomiting, diarrhoea, irregular heartbeat, bleeding, bruises.

criterion-car-t = CAR-T infusion
criterion-stay = Infusion in this stay, or shortly before it
criterion-stay-days = At least { $minimum-stay-days ->
    [one] one day
   *[other] { $minimum-stay-days } days
} since the last infusion
criterion-driving = **No driving**
criterion-contraception = Condom, or no sex
criterion-prophylaxis = Prescriptions for co-trimoxazole and valaciclovir
criterion-corticosteroid = No corticosteroids without the CAR-T centre
criterion-donation = No donation of blood, organs, tissues or cells

remark-driving = { $no-driving-days } days after the infusion
remark-contraception = { $condom-months-after-car-t ->
    [one] one month
   *[other] { $condom-months-after-car-t } months
} after the infusion
remark-prophylaxis = { $prophylaxis-months-after-car-t } months after the infusion

gap-infusion = order completed, infusion not recorded

context-contact = CAR-T centre: day clinic in office hours, else the haematology resident on duty.
context-gp = Inform the GP now.
