// Package imageurl says where an image service has a picture in another size, format or quality: it makes that URL of the picture's own
// URL and of what a client wants. It calls nobody. An image service is another program, such as imgproxy, which fetches the picture,
// scales and encodes it.
//
// A member that says @imageURL takes this way: [Service.Wanted] reads the field's arguments, once for all of its objects, and refuses
// what the configuration does not allow; [Service.Value] makes the URL for each object, on either executor.
//
// What a client says is never a part of a URL as it is: numbers are on a list, words are of an enum, and the picture's own URL is parsed,
// its host found on a list, and written anew, in base64 or percent-encoded, so that it stays one segment of a path or one parameter of a
// query. With imgproxy all of it is signed. No error, and nothing that is printed, has the key.
package imageurl
