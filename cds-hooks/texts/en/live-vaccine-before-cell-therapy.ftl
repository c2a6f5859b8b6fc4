title = Live vaccine before cell therapy

summary-live = Live vaccine ({ $vaccine }), { $therapy } { $date }: too close, do not give. Ask the centre.
summary-live-day = Live vaccine ({ $vaccine }), { $therapy } planned: may be too close. Check the date before giving it.
summary-product = { $vaccine }, { $therapy } planned: live or not? The product decides. Check before signing.
summary-named = { $vaccine }, { $therapy } planned: order without a usable code. Check whether this is a live vaccine.

therapy-car-t = CAR-T
therapy-stem-cells = stem cell transplant

advice-interval = No live vaccines from { $live-vaccine-weeks-before-cell-therapy } { $live-vaccine-weeks-before-cell-therapy ->
    [one] week
   *[other] weeks
} before lymphodepletion or conditioning on. Vaccines that are not live may be given.

context-conditioning = The source speaks of CAR-T; before conditioning the same is assumed.

criterion-live = Live vaccine drafted
criterion-planned = Cell therapy to come
criterion-close = Less than { $live-vaccine-weeks-before-cell-therapy } { $live-vaccine-weeks-before-cell-therapy ->
    [one] week
   *[other] weeks
} before its chemotherapy

gap-product = the product decides whether it is live
gap-no-code = vaccine without a usable code
gap-no-treatment-day = day of the treatment not recorded: { $what }

suggest-remove = Remove { $vaccine }
