title = corticosteroid-after-car-t
