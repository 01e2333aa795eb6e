/** A picture, as base64, that the fake mixer cannot read. The schema lets it pass. */
export const SPOILT = Buffer.from("not a picture").toString("base64");
