title = Precautions after CAR-T

summary = This patient had CAR-T ({ $date }). Read below what is in force today; call the CAR-T centre when in doubt.
summary-product = This patient had CAR-T: { $product }, { $date }. Read what is in force; in doubt, call the CAR-T centre.
summary-no-day = This patient had CAR-T, date not recorded. Ask when, and read what is in force; in doubt, call the CAR-T centre.
summary-infusion-not-recorded = CAR-T probably given ({ $product }), infusion not recorded: ask the patient and the CAR-T centre.
summary-in-words = CAR-T in words only: { $text }. Ask the patient; if given, what follows is in force.

criterion-car-t = CAR-T in history
criterion-treating = Treated by this department
criterion-corticosteroid = No systemic corticosteroids without the CAR-T centre
criterion-donation = No donation of blood, organs, tissues or cells
criterion-second-malignancy = Watch for a new lymphoma or leukaemia
criterion-fever = Fever above { $fever-after-car-t } °C is urgent
criterion-driving = No driving
criterion-live-vaccines = No live vaccines
criterion-live-vaccines-recovery = No live vaccines without immune recovery
criterion-prophylaxis = Co-trimoxazole and valaciclovir prophylaxis advised
criterion-b-cells = Lack of B cells possible

remark-driving-days = for { $no-driving-days } days after the infusion
remark-prophylaxis-months = for { $prophylaxis-months-after-car-t } months after the infusion
remark-b-cells-years = for { $b-cell-recovery-years ->
    [one] one year
   *[other] { $b-cell-recovery-years } years
} after the infusion
remark-lifelong = for life
remark-call = call at once; no end date
remark-no-day = date not recorded
remark-infusion-not-recorded = order completed, infusion not recorded

context-contact = CAR-T centre: day clinic in office hours, else the haematology resident on duty. In an emergency, treat first.
context-first-month = Side effects (CRS, ICANS) possible until { $until } inclusive (day { $first-month-after-car-t }).
