title = Autorijden na CAR-T

summary-discharge = Niet autorijden t/m { $until } ({ $no-driving-days } dagen na CAR-T). Informeer de patiënt en regel vervoer.
summary-discharge-undated = CAR-T zonder exacte datum: de eerste { $no-driving-days } dagen niet autorijden. Controleer de datum en informeer de patiënt.
summary-discharge-probable = CAR-T waarschijnlijk gegeven (infusie niet vastgelegd): eerste { $no-driving-days } dagen niet autorijden. Controleer, informeer.
summary-visit = Eerste controle na ontslag: niet autorijden t/m { $until } ({ $no-driving-days } dagen na CAR-T). Vraag naar het vervoer.
summary-visit-undated = CAR-T zonder exacte datum: de eerste { $no-driving-days } dagen niet autorijden. Controleer de datum en informeer de patiënt.
summary-start = Niet autorijden t/m { $until } ({ $no-driving-days } dagen na CAR-T). Vraag naar het vervoer.
summary-appointment = Patiënt mag niet autorijden t/m { $until } ({ $no-driving-days } dagen na CAR-T). Plan de afspraak later.
summary-appointment-undated = Eerste { $no-driving-days } dagen na CAR-T niet autorijden. Datum van CAR-T of afspraak niet exact: controleer vóór het plannen.
summary-appointment-named = Eerste { $no-driving-days } dagen na CAR-T niet autorijden. Rijdt de patiënt zelf bij deze afspraak? { $order }

criterion-car-t = CAR-T in de voorgeschiedenis
criterion-window = Binnen de periode zonder autorijden
criterion-driver = Oud genoeg om auto te rijden
criterion-first-visit = Eerste controle na ontslag
criterion-going-home = Naar huis na CAR-T
criterion-unsaid = Geen andere kaart zegt het
criterion-occasion = Ontslag, bezoek of afspraak
criterion-other-appointment = Andere afspraak waarbij de patiënt autorijdt, binnen de periode
criterion-appointment = Afspraak waarbij de patiënt autorijdt

gap-appointment-day = dag van de afspraak niet vastgelegd

context-after-that = Daarna: eerst overleg met de arts; ook sederende medicijnen en bloedarmoede maken rijden gevaarlijk.
