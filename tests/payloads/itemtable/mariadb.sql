/*M!999999\- enable the sandbox mode */ 
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: 127.0.0.1    Database: workshop
-- ------------------------------------------------------
-- Server version	10.11.19-MariaDB-0+deb12u1

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;

--
-- Table structure for table `audience`
--

DROP TABLE IF EXISTS `audience`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `audience` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `note` text DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `audience`
--

LOCK TABLES `audience` WRITE;
/*!40000 ALTER TABLE `audience` DISABLE KEYS */;
INSERT INTO `audience` VALUES
(1,'INSERT INTO `itemTable` VALUES (\'Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\',\'not a row\',1);'),
(2,'it\'s; (a) /* trap */ -- \'');
/*!40000 ALTER TABLE `audience` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `itemTable`
--

DROP TABLE IF EXISTS `itemTable`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `itemTable` (
  `user_id` varchar(64) DEFAULT NULL,
  `item` text DEFAULT NULL,
  `todo_flg` tinyint(1) DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `itemTable`
--

LOCK TABLES `itemTable` WRITE;
/*!40000 ALTER TABLE `itemTable` DISABLE KEYS */;
INSERT INTO `itemTable` VALUES
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','牛乳',1),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','ハハ',1),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','パパ',1),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','🍣',1),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','🍺',0),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','👨‍👩‍👧',1),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','it\'s a \"trap\"\\',1),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','\');DROP TABLE todos_task;--',1),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','a,b),(c',1),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','/* not a comment */ -- nor # this',1),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','`tick` \\\' \\n \\0',1),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','two\nlines',1),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','nul\0 and \Z here',1),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','tab	stays; %_',0),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',' ＭＩＬＫ ',1),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','milk',0),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','café',1),
('Cbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','牛乳',1),
('Cbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','NULL',1),
('Rcccccccccccccccccccccccccccccccc','0x41',0),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','ああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああ',1),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','あああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああ',1),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',' 　',1),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',NULL,1),
('alice','パン',1),
(NULL,'卵',1),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','flagless',NULL),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','seven',7),
('Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','ç‰›ä¹³',1);
/*!40000 ALTER TABLE `itemTable` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `zoo`
--

DROP TABLE IF EXISTS `zoo`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `zoo` (
  `name` varchar(50) DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `zoo`
--

LOCK TABLES `zoo` WRITE;
/*!40000 ALTER TABLE `zoo` DISABLE KEYS */;
INSERT INTO `zoo` VALUES
('🦓'),
('\\');
/*!40000 ALTER TABLE `zoo` ENABLE KEYS */;
UNLOCK TABLES;
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

-- Dump completed on 2026-11-23 17:25:41
