/**
 * A self-signed certificate of localhost and its key, for tests alone: it proves nothing to anybody.
 * It is written down here because Node cannot make certificates and openssl is not on every machine.
 */
export const CERT = `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUBfMc60bJj1XIbVuqLxewO/kbuVgwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzA3MzIzNloYDzIxMjYxMDMw
MDczMjM2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQOQtzNb0hkb7DcHd4uXEWP+WQK9En5FXQlmtf45Oen5DlzfONaemoC
hOZUic4puHTS1ueNchKu/jcTIYjSuR6Xo1MwUTAdBgNVHQ4EFgQU95QQ+i3pgRdm
5O06U8dPBXSMJzQwHwYDVR0jBBgwFoAU95QQ+i3pgRdm5O06U8dPBXSMJzQwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiA0ekHjqthHIV/R3o736eqp
pfxgySOI14lNIdkdSyKcggIhAPgUam3wKrttMBCvHbZOkUpJIpnF5fH1JcfIv0Z4
60PP
-----END CERTIFICATE-----
`;
export const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgYGKLfQL2D8+x+4M1
RAbgdSpsJKzI1Z8u5YygzShThuqhRANCAAQOQtzNb0hkb7DcHd4uXEWP+WQK9En5
FXQlmtf45Oen5DlzfONaemoChOZUic4puHTS1ueNchKu/jcTIYjSuR6X
-----END PRIVATE KEY-----
`;
