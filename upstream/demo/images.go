package demo

import (
	"fmt"
	"html"
	"net/http"
	"strings"
)

// image draws the picture of a product: the sign of its category on a tinted card.
func (c catalog) image(r *http.Request) (reply, error) {
	id, ok := strings.CutSuffix(r.PathValue("file"), ".svg")
	p := c.shop.product(id)
	if !ok || p == nil {
		return reply{}, notFound("image", r.PathValue("file"))
	}
	return reply{body: media{"image/svg+xml", []byte(drawing(p))}}, nil
}

func drawing(p *product) string {
	hue := (p.ItemNo * 47) % 360 // neighbours on a page differ well
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 480" role="img" aria-label="%[1]s">
<defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="hsl(%[2]d 38%% 93%%)"/><stop offset="1" stop-color="hsl(%[2]d 34%% 84%%)"/></linearGradient></defs>
<rect width="640" height="480" fill="url(#g)"/>
<ellipse cx="320" cy="352" rx="150" ry="14" fill="hsl(%[2]d 30%% 72%%)" opacity=".6"/>
<path transform="translate(176 64) scale(3)" d="%[3]s" fill="hsl(%[2]d 45%% 97%%)" stroke="hsl(%[2]d 32%% 32%%)" stroke-width="2.2" stroke-linejoin="round" stroke-linecap="round"/>
<text x="320" y="420" text-anchor="middle" font-family="Georgia, serif" font-size="26" fill="hsl(%[2]d 30%% 24%%)">%[1]s</text>
</svg>
`, html.EscapeString(p.Name), hue, sign(p.trade.id))
}

// sign is the outline that stands for a category, in a square of 96.
func sign(trade string) string {
	return map[string]string{
		"tents":       "M10 84L48 20L86 84ZM48 20V84M34 84L48 56L62 84",
		"sleeping":    "M30 20q18-14 36 0v50q0 16-18 16t-18-16ZM30 38h36M30 54h36M38 28q10-6 20 0",
		"packs":       "M26 40q0-20 22-20t22 20v36q0 9-9 9H35q-9 0-9-9ZM36 56h24v18H36ZM40 20v-8h16v8",
		"cookware":    "M12 46h54v20q0 14-14 14H26q-14 0-14-14ZM66 50h22v8H66M20 38h38M36 38v-6h6v6",
		"knives":      "M8 60L56 34q14-6 12 2q-4 14-22 18L10 64ZM64 36l20-10q6 0 6 8l-22 10",
		"coffee":      "M20 38h46v26q0 18-18 18H38q-18 0-18-18ZM66 44h8q8 0 8 8q0 12-16 12M34 28q-5-6 0-14M50 28q-5-6 0-14",
		"books":       "M48 28q-16-10-36-4v54q20-6 36 4q16-10 36-4V24q-20-6-36 4ZM48 28v54M22 38q10-2 16 2M22 50q10-2 16 2M74 38q-10-2-16 2",
		"audio":       "M26 10h44v76H26ZM48 62m-14 0a14 14 0 1 0 28 0a14 14 0 1 0-28 0M48 62m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0M48 28m-7 0a7 7 0 1 0 14 0a7 7 0 1 0-14 0",
		"lamps":       "M26 48L38 16h20L70 48ZM48 48v34M30 86q0-5 18-5t18 5ZM60 48v12",
		"hand-tools":  "M8 76h80V64q-8-12-26-10H20q-12 2-12 14ZM26 54q-2-18 10-22q8 0 6 8l-4 14M60 54l6-12h10l-2 12",
		"power-tools": "M12 26h46q6 0 6 6v14q0 6-6 6H46l-4 20h-20l4-20H12ZM64 34h10v10H64M74 39h16M18 72h28v12H18Z",
		"garden":      "M48 86V46M48 60q-24 0-26-26q24 0 26 26M48 48q0-24 26-28q2 26-26 28M24 86h48",
	}[trade]
}
