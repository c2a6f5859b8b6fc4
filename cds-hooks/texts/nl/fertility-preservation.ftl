title = Behoud van vruchtbaarheid

summary-ordered = Stamceltransplantatie: geen fertiliteitsconsult vastgelegd. Bespreek behoud van vruchtbaarheid en verwijs vóór de behandeling.
summary-booked = Stamceltransplantatie gepland: geen fertiliteitsconsult vastgelegd. Bespreek fertiliteitspreservatie en verwijs vóór de start.
summary-ordered-check = Stamceltransplantatie: ga na of behoud van vruchtbaarheid is besproken; zo niet, verwijs vóór de behandeling.
summary-booked-check = Stamceltransplantatie gepland: ga na of behoud van vruchtbaarheid is besproken; zo niet, verwijs vóór de behandeling.
summary-named = Is dit voor stamceltransplantatie, bespreek dan eerst behoud van vruchtbaarheid: { $order }

advice-preserve = Maatregelen om de vruchtbaarheid te behouden, zoals het invriezen van eicellen of sperma, horen vóór de behandeling: vóór de eerste cyclofosfamide. Een fertiliteitsarts kan ze bespreken.

criterion-ordered = Stamceltransplantatie of conditionering in de order
criterion-booked = Stamceltransplantatie in de afspraak
criterion-age = Leeftijd vanaf { $reproductive-from-age }, jonger dan { $reproductive-below-age } jaar
criterion-no-counselling = Geen fertiliteitsconsult vastgelegd

remark-age = { $age } jaar
remark-age-between = { $youngest } of { $oldest } jaar

context-frequent = Vaak: verminderde vruchtbaarheid, onvruchtbaarheid of vervroegde overgang. Onvruchtbaarheid wordt als langetermijneffect genoemd.
context-ages = De leeftijden vanaf { $reproductive-from-age } en onder { $reproductive-below-age } jaar zijn van deze controle zelf; geen bron noemt ze.

suggest-referral = Verwijzing naar fertiliteitskliniek
