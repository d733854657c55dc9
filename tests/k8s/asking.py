"""Requests as the kubelet, a load balancer and a collector of figures send them, byte by byte."""

import socket

from tests.k8s.rendered import Object

#: What a pod is called where nobody says otherwise.
POD_ADDRESS = "10.4.0.7"
NEWEST = "kube-probe/1.37"


def status(address: str, path: str, **headers: str) -> int:
    """That of the answer at host:port, or of one on HTTP/1.1 that never came."""
    host, _, port = address.removeprefix("http://").partition(":")
    lines = [
        f"GET {path} HTTP/1.1",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    with socket.create_connection((host, int(port.partition("/")[0])), timeout=20) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        return int(connection.makefile("rb").readline().split()[1])


def probed(address: str, probe: Object, port: int) -> int:
    """As the kubelet asks: https://github.com/kubernetes/kubernetes/blob/master/pkg/probe/http/request.go"""
    asked = probe["httpGet"]
    assert asked.get("scheme", "HTTP") == "HTTP"
    given = {header["name"]: header["value"] for header in asked.get("httpHeaders", [])}
    host = given.pop("Host", f"{POD_ADDRESS}:{port}")
    headers = {"User-Agent": NEWEST, "Accept": "*/*", **given, "Connection": "close"}
    return status(address, asked["path"], Host=host, **headers)


def health_checked(address: str, path: str) -> int:
    """As Google's load balancer asks a pod: https://cloud.google.com/load-balancing/docs/health-check-concepts"""
    return status(address, path, Host=POD_ADDRESS, Connection="Keep-alive", **{"User-Agent": "GoogleHC/1.0"})
