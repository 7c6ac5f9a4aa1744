#include "storage/xml_elements.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/thrown.hpp"

using det::Error;
using det::Failure;
using det::storage::attribute;
using det::storage::for_each_element;
using det::storage::XmlElement;

namespace {

std::vector<std::string> elements(const std::string& xml) {
  std::vector<std::string> found;
  for_each_element(xml, [&](const XmlElement& element) {
    found.push_back(std::string(element.path) + " [" + std::string(element.text) + "]");
  });
  return found;
}

std::string refused(const std::string& xml) {
  const auto error = det::testing::thrown([&] { elements(xml); });
  CHECK(error.failure == Failure::storage);
  return error.message;
}

}  // namespace

TEST_CASE("elements of XML come when they end, children first") {
  CHECK(elements("<?xml version=\"1.0\"?>\n<List xmlns=\"http://s3/\">\n<!-- <No/> --><Object><Key>a</Key>"
                 "<Size>3</Size></Object><Last/>\n</List>\n") ==
        std::vector<std::string>{"List/Object/Key [a]", "List/Object/Size [3]", "List/Object []",
                                 "List/Last []", "List [\n\n]"});
}

TEST_CASE("a byte order mark, name space prefixes and CDATA are passed over") {
  CHECK(elements("\xEF\xBB\xBF<s:A xmlns:s='x'><s:B><![CDATA[<&>]]>c</s:B></s:A>") ==
        std::vector<std::string>{"A/B [<&>c]", "A []"});
}

TEST_CASE("references to characters are resolved in text and attributes") {
  CHECK(elements("<A>&lt;&amp;&gt;&quot;&apos;&#65;&#x42;&#xe9;&#8364;&#x1F600;</A>") ==
        std::vector<std::string>{"A [<&>\"'AB\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80]"});
  std::string value;
  for_each_element("<A Encoded = 'a&amp;b' Other=\"'\"/>", [&](const XmlElement& element) {
    value = attribute(element, "Encoded");
    CHECK(attribute(element, "Other") == "'");
    CHECK(attribute(element, "None").empty());
  });
  CHECK(value == "a&b");
}

TEST_CASE("XML that is not well-formed is refused where it breaks") {
  CHECK(refused("") == "the answer's XML is cut short (at byte 0)");
  CHECK(refused("<A><B>x") == "the answer's XML is cut short (at byte 7)");
  CHECK(refused("<A><!-- ") == "the answer's XML is cut short (at byte 7)");
  CHECK(refused("<A></B></A>") == "the answer's XML closes what is not open (at byte 6)");
  CHECK(refused("</A>") == "the answer's XML closes what is not open (at byte 3)");
  CHECK(refused("<A/><B/>") == "the answer's XML has two roots (at byte 5)");
  CHECK(refused("<A/>x") == "the answer's XML has text beside its root (at byte 4)");
  CHECK(refused("<A b=c/>") == "the answer's XML has an attribute without quotes (at byte 5)");
  CHECK(refused("<A b/>") == "the answer's XML has an attribute without a value (at byte 4)");
  CHECK(refused("<A") == "the answer's XML has an open tag (at byte 2)");
  CHECK(refused("<>") == "the answer's XML lacks a name (at byte 1)");
  CHECK(refused("not XML") == "the answer's XML has text beside its root (at byte 0)");
}

TEST_CASE("references that name no character are refused") {
  for (const std::string bad : {"&other;", "&#;", "&#x;", "&#0;", "&#xD800;", "&#x110000;", "&#-1;",
                                "&#99999999999;", "&#6a;", "&"}) {
    CAPTURE(bad);
    CHECK_FALSE(refused("<A>" + bad + "</A>").empty());
  }
}

TEST_CASE("an element has at most 64 attributes") {
  std::string many = "<A";
  for (int i = 0; i < 64; ++i) many += " b='c'";
  CHECK(elements(many + "/>") == std::vector<std::string>{"A []"});
  CHECK(refused(many + " b='c'/>") == "the answer's XML has too many attributes (at byte 387)");
}

TEST_CASE("a document type and endless depth are refused") {
  CHECK(refused("<!DOCTYPE a [<!ENTITY b 'c'>]><A>&b;</A>") ==
        "the answer's XML has a declaration (at byte 0)");
  std::string deep;
  for (int i = 0; i < 32; ++i) deep += "<A>";
  CHECK(refused(deep) == "the answer's XML is cut short (at byte 96)");
  CHECK(refused(deep + "<A>") == "the answer's XML is too deep (at byte 97)");
}

TEST_CASE("what came before the break of XML was given") {
  std::vector<std::string> found;
  CHECK_THROWS_AS(for_each_element("<Error><Code>NoSuchKey</Code><Mess",
                                   [&](const XmlElement& element) { found.emplace_back(element.path); }),
                  Error);
  CHECK(found == std::vector<std::string>{"Error/Code"});
}
