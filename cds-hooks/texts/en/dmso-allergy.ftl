title = DMSO hypersensitivity

summary-ordered = DMSO hypersensitivity on record, and the ordered cells contain DMSO: consult the treatment centre before signing.
summary-booked = DMSO hypersensitivity on record, and the cells to be infused contain DMSO: consult the treatment centre before booking.
summary-allergy-in-words = The cells contain DMSO. Check for DMSO hypersensitivity before the infusion: { $allergy }
summary-named = DMSO hypersensitivity on record or suspected. Check for a cell infusion (contains DMSO): { $order }
summary-unreadable = DMSO hypersensitivity on record, and an order that can't be read: make sure it is no infusion of cells.

advice-consult = Settle the allergy and the precautions before the infusion. The sources name no ban; the risk is this check's inference.

criterion-ordered = Cell infusion ordered
criterion-booked = Cell infusion booked
criterion-allergy = DMSO hypersensitivity

context-donor-cells = Donor cells may be given fresh, without DMSO: ask the stem-cell laboratory.
