package imageurl_test

import (
	"fmt"

	"weft/graph/imageurl"
)

func Example() {
	pictures, err := imageurl.New(imageurl.Settings{
		Name: "pictures", Template: "https://img.example.com/?url={source}&w={width}&to={format}",
		Base: "https://shop.example.com/", Hosts: []string{"shop.example.com"}, Widths: []int{320, 640},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	w, _ := pictures.Wanted(map[string]any{"width": 320})
	fmt.Println(pictures.URL("/p-0001.jpg", w))
	fmt.Println(pictures.URL("https://elsewhere.example/p-0001.jpg", w))
	_, err = pictures.Wanted(map[string]any{"width": 321})
	fmt.Println(err)
	// Output:
	// https://img.example.com/?url=https%3A%2F%2Fshop.example.com%2Fp-0001.jpg&w=320 <nil>
	//  images.pictures.hosts does not have the picture's host, "elsewhere.example"
	// input: width: 321 is not allowed: images.pictures.widths has 320, 640
}
