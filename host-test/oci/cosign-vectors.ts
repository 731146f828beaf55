// A key pair made for these tests by cosign 3.1.3 (cosign generate-key-pair, password "pw"); it protects nothing.

export const cosignKey = `-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----
eyJrZGYiOnsibmFtZSI6InNjcnlwdCIsInBhcmFtcyI6eyJOIjo2NTUzNiwiciI6
OCwicCI6MX0sInNhbHQiOiJ3Z2dRZ2w0dnlQZXF3T0J1cnNKVCsrQlFrcFJ1akV5
cE1Lem4yMGZYd2pJPSJ9LCJjaXBoZXIiOnsibmFtZSI6Im5hY2wvc2VjcmV0Ym94
Iiwibm9uY2UiOiIyei8xcTFUYWFKNk5mS0VQejVuWmpoWjgvZEk0RVMxNSJ9LCJj
aXBoZXJ0ZXh0IjoiWE13d1VRTStBOGIwMDdHV2pKZFA1VnlnNUZiaEsyZmxxZGdz
NVJ4cmpMMHlCQ1ozVWZlcjcwYjh0VEtJRHpkK0d1QjVRellwWU5HVndqMVpSRnkr
Z2dKOUF1YkYyL2t5SWZpMkVFRmtaZFcxQ3dYRjV1WlhjVmN4dC81WllaYTRYc1Zy
ZXEwQUFnU2JXUjIxRVoxenJERTdITW9CeFdYQ0JKM2c5Q1NITE16VlJraTZ5bXRE
Q0ovUnJQRVVtcHJnYmN5LzFvMXhpaVcrclE9PSJ9
-----END ENCRYPTED SIGSTORE PRIVATE KEY-----
`;

export const cosignPublicKey = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7RBM5sbRAiA0mea7eWoJg5PCatDQ
Pusf0teN4NK8Wo1omMi/J7H6PR7a5w/hEGIMGOxF28Sb4RjjbsXvFzMhSw==
-----END PUBLIC KEY-----
`;
