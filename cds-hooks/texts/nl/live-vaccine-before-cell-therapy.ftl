title = Levend vaccin vóór celtherapie

summary-live = Levend vaccin ({ $vaccine }), { $therapy } { $date }: te kort ervoor, niet geven. Vraag centrum.
summary-live-day = Levend vaccin ({ $vaccine }), { $therapy } gepland: mogelijk te kort ervoor. Ga eerst de datum na.
summary-product = { $vaccine }, { $therapy } gepland: levend of niet? Dat hangt af van het product. Ga dit eerst na.
summary-named = { $vaccine }, { $therapy } gepland: order zonder bruikbare code. Ga na of dit een levend vaccin is.

therapy-car-t = CAR-T
therapy-stem-cells = stamceltransplantatie

advice-interval = Geen levende vaccins vanaf { $live-vaccine-weeks-before-cell-therapy } { $live-vaccine-weeks-before-cell-therapy ->
    [one] week
   *[other] weken
} vóór lymfodepletie of conditionering. Vaccins die niet levend zijn, mogen wel.

context-conditioning = De bron gaat over CAR-T; vóór conditionering is hetzelfde aangenomen.

criterion-live = Levend vaccin in de order
criterion-planned = Celtherapie gepland
criterion-close = Minder dan { $live-vaccine-weeks-before-cell-therapy } { $live-vaccine-weeks-before-cell-therapy ->
    [one] week
   *[other] weken
} vóór de chemotherapie ervoor

gap-product = het product bepaalt of het levend is
gap-no-code = vaccin zonder bruikbare code
gap-no-treatment-day = dag van de behandeling niet vastgelegd: { $what }

suggest-remove = Verwijder { $vaccine }
