title = Behoud van vruchtbaarheid

summary-ordered = Stamceltransplantatie: geen fertiliteitsconsult vastgelegd. Bespreek behoud van vruchtbaarheid en verwijs vóór de behandeling.
summary-booked = Stamceltransplantatie gepland: geen fertiliteitsconsult vastgelegd. Bespreek fertiliteitspreservatie en verwijs vóór de start.
summary-ordered-check = Stamceltransplantatie: ga na of behoud van vruchtbaarheid is besproken; zo niet, verwijs vóór de behandeling.
summary-booked-check = Stamceltransplantatie gepland: ga na of behoud van vruchtbaarheid is besproken; zo niet, verwijs vóór de behandeling.
summary-named = Is dit voor stamceltransplantatie, bespreek dan eerst behoud van vruchtbaarheid: { $order }

advice-preserve = Het invriezen van eicellen of sperma hoort vóór de eerste cyclofosfamide.

criterion-ordered = Stamceltransplantatie of conditionering in de order
criterion-booked = Stamceltransplantatie in de afspraak
criterion-age = Leeftijd vanaf { $reproductive-from-age }, onder { $reproductive-below-age } jaar
criterion-no-counselling = Geen fertiliteitsconsult vastgelegd

remark-age = { $age } jaar
remark-age-between = { $youngest } of { $oldest } jaar

suggest-referral = Verwijzing naar fertiliteitskliniek
