title = Driving after CAR-T

summary-discharge = No driving up to and including { $until } ({ $no-driving-days } days after CAR-T). Tell the patient, arrange transport.
summary-discharge-undated = CAR-T without an exact date: no driving in the first { $no-driving-days } days. Check the date, tell the patient.
summary-discharge-probable = CAR-T probably given (infusion not recorded): no driving in the first { $no-driving-days } days. Check, tell the patient.
summary-visit = First visit after discharge: no driving up to and including { $until } ({ $no-driving-days } days after CAR-T). Ask how the patient travels.
summary-visit-undated = CAR-T without an exact date: no driving in the first { $no-driving-days } days. Check the date, tell the patient.
summary-start = No driving up to and including { $until } ({ $no-driving-days } days after CAR-T). Ask how the patient travels.
summary-appointment = Patient may not drive up to and including { $until } ({ $no-driving-days } days after CAR-T). Book a later day.
summary-appointment-undated = No driving in the first { $no-driving-days } days after CAR-T. The date of CAR-T or appointment is not exact: check before booking.
summary-appointment-named = No driving in the first { $no-driving-days } days after CAR-T. Does the patient drive? { $order }

criterion-car-t = CAR-T in history
criterion-window = Within the period without driving
criterion-driver = Old enough to drive
criterion-first-visit = First visit after discharge
criterion-going-home = Going home after CAR-T
criterion-unsaid = No other card says it
criterion-occasion = Going home, a visit, or an appointment
criterion-other-appointment = Another appointment in which the patient drives, within the period
criterion-appointment = Appointment in which the patient drives

gap-appointment-day = day of the appointment not recorded

context-after-that = After that: ask the doctor first; sedating medicines and anaemia make driving dangerous, too.
