/* made by feedsmith: what its index page searches */
(globalThis.feedsmithSearch ??= []).push(

);
