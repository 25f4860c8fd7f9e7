package model

func encodeWide(w *WideRow) Item {
	return Item{
		"pk": text(w.PK), "sk": text(w.SK), "_entity": text(w.Entity), "_version": whole(int64(w.Schema)),
		"S01": text(w.S01), "S02": text(w.S02), "S03": text(w.S03), "S04": text(w.S04), "S05": text(w.S05),
		"S06": text(w.S06), "S07": text(w.S07), "S08": text(w.S08), "S09": text(w.S09), "S10": text(w.S10),
		"S11": text(w.S11), "S12": text(w.S12), "S13": text(w.S13), "S14": text(w.S14), "S15": text(w.S15),
		"S16": text(w.S16), "S17": text(w.S17), "S18": text(w.S18), "S19": text(w.S19), "S20": text(w.S20),
		"N01": whole(int64(w.N01)), "N02": whole(int64(w.N02)), "N03": whole(int64(w.N03)), "N04": whole(int64(w.N04)), "N05": whole(int64(w.N05)),
		"N06": whole(int64(w.N06)), "N07": whole(int64(w.N07)), "N08": whole(int64(w.N08)), "N09": whole(int64(w.N09)), "N10": whole(int64(w.N10)),
		"N11": whole(int64(w.N11)), "N12": whole(int64(w.N12)), "N13": whole(int64(w.N13)), "N14": whole(int64(w.N14)), "N15": whole(int64(w.N15)),
		"F01": fraction(w.F01), "F02": fraction(w.F02), "F03": fraction(w.F03), "F04": fraction(w.F04), "F05": fraction(w.F05),
		"F06": fraction(w.F06), "F07": fraction(w.F07), "F08": fraction(w.F08), "F09": fraction(w.F09), "F10": fraction(w.F10),
		"B01": boolean(w.B01), "B02": boolean(w.B02), "B03": boolean(w.B03), "B04": boolean(w.B04), "B05": boolean(w.B05),
		"T01": moment(w.T01), "T02": moment(w.T02), "T03": moment(w.T03), "T04": moment(w.T04), "T05": moment(w.T05),
		"L01": list(w.L01), "L02": list(w.L02), "L03": list(w.L03), "L04": list(w.L04), "L05": list(w.L05),
	}
}

func decodeWide(item Item) (WideRow, error) {
	r := reader{item: item}
	w := WideRow{
		r.text("pk"), r.text("sk"), r.text("_entity"), int(r.whole("_version")),
		r.text("S01"), r.text("S02"), r.text("S03"), r.text("S04"), r.text("S05"),
		r.text("S06"), r.text("S07"), r.text("S08"), r.text("S09"), r.text("S10"),
		r.text("S11"), r.text("S12"), r.text("S13"), r.text("S14"), r.text("S15"),
		r.text("S16"), r.text("S17"), r.text("S18"), r.text("S19"), r.text("S20"),
		int(r.whole("N01")), int(r.whole("N02")), int(r.whole("N03")), int(r.whole("N04")), int(r.whole("N05")),
		int(r.whole("N06")), int(r.whole("N07")), int(r.whole("N08")), int(r.whole("N09")), int(r.whole("N10")),
		int(r.whole("N11")), int(r.whole("N12")), int(r.whole("N13")), int(r.whole("N14")), int(r.whole("N15")),
		r.fraction("F01"), r.fraction("F02"), r.fraction("F03"), r.fraction("F04"), r.fraction("F05"),
		r.fraction("F06"), r.fraction("F07"), r.fraction("F08"), r.fraction("F09"), r.fraction("F10"),
		r.boolean("B01"), r.boolean("B02"), r.boolean("B03"), r.boolean("B04"), r.boolean("B05"),
		r.moment("T01"), r.moment("T02"), r.moment("T03"), r.moment("T04"), r.moment("T05"),
		r.list("L01"), r.list("L02"), r.list("L03"), r.list("L04"), r.list("L05"),
	}
	return w, r.err
}
